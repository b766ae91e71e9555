/** Git repository, its credentials, and Argo CD. */
import { generateKeyPairSync } from "node:crypto";
import type { Bad } from "./bad";

/** A private key in PEM format. */
function rsa(modulusLength: number): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength });
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}

function hostKey(host: string): string {
  return `${host} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleE`;
}

export const delivery: Bad[] = [
  {
    name: "no repository",
    values: { gitops: { path: "a" } },
    messages: [
      'gitops.repository: missing; https://host/path, ssh://user@host/path or user@host:path, for example "https://github.com/example/kubernetes-platform"',
    ],
  },
  {
    name: "text in place of the group",
    values: { gitops: "https://github.com/example/kubernetes-platform" },
    messages: [
      'gitops: (hidden) is no group of keys; write one, such as {"repository":"https://github.com/example/kubernetes-platform"}',
    ],
  },
  {
    name: "a folder in place of an address",
    values: { gitops: { repository: "../gitops" } },
    messages: [
      'gitops.repository: "../gitops" is no address of a Git repository; write it like https://github.com/example/kubernetes-platform or git@github.com:example/kubernetes-platform',
    ],
  },
  {
    name: "a repository without encryption",
    values: { gitops: { repository: "http://git.example.com/a" } },
    messages: [
      'gitops.repository: "http://git.example.com/a" is no address of a Git repository; write it like https://github.com/example/kubernetes-platform or git@github.com:example/kubernetes-platform',
    ],
  },
  {
    name: "credentials in the address",
    values: { gitops: { repository: "https://me:hunter2@github.com/a/b" } },
    messages: [
      "gitops.repository: \"https://***@github.com/a/b\" has credentials in it; leave them out and set them encrypted: pulumi config set --secret --path 'gitops.credentials.password'",
    ],
  },
  {
    name: "a branch with a blank",
    values: { gitops: { repository: "https://github.com/example/kubernetes-platform", revision: "my branch" } },
    messages: ['gitops.revision: "my branch" is no branch, tag or commit; write it like main or v1.2.3'],
  },
  {
    name: "a number as a branch",
    values: { gitops: { repository: "https://github.com/example/kubernetes-platform", revision: 12 } },
    messages: ["gitops.revision: 12 is no text; put it in quotes"],
  },
  {
    name: "a path that leaves the repository",
    values: { gitops: { repository: "https://github.com/example/kubernetes-platform", path: "../clusters" } },
    messages: [
      'gitops.path: "../clusters" is no folder inside the repository; write it without a leading slash and without .., such as gitops/clusters/single-cluster',
    ],
  },
  {
    name: "a path from the root",
    values: { gitops: { repository: "https://github.com/example/kubernetes-platform", path: "/clusters/a" } },
    messages: [
      'gitops.path: "/clusters/a" is no folder inside the repository; write it without a leading slash and without .., such as gitops/clusters/single-cluster',
    ],
  },
  {
    name: "a password in plain text",
    values: {
      gitops: {
        repository: "https://github.com/example/kubernetes-platform",
        credentials: { username: "git", password: "hunter2-hunter2" },
      },
    },
    messages: [
      "gitops.credentials.password: a secret in plain text; set it encrypted, and change it where the file was shared: pulumi config set --secret --path 'gitops.credentials.password'",
    ],
  },
  {
    name: "a webhook secret in plain text",
    values: {
      gitops: {
        repository: "https://github.com/example/kubernetes-platform",
        webhookSecret: "hunter2-hunter2-hunter2",
      },
    },
    messages: [
      "gitops.webhookSecret: a secret in plain text; set it encrypted, and change it where the file was shared: pulumi config set --secret --path 'gitops.webhookSecret'",
    ],
  },
  {
    name: "a key in plain text",
    values: {
      gitops: {
        repository: "git@github.com:a/b",
        credentials: { sshPrivateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2" },
      },
    },
    messages: [
      "gitops.credentials.sshPrivateKey: a secret in plain text; set it encrypted, and change it where the file was shared: pulumi config set --secret --path 'gitops.credentials.sshPrivateKey'",
    ],
  },
  {
    name: "a short webhook secret",
    values: { gitops: { repository: "https://github.com/example/kubernetes-platform", webhookSecret: "hunter2" } },
    secrets: [["gitops", "webhookSecret"]],
    messages: ["gitops.webhookSecret: (hidden) is shorter than 16 characters; take a longer one"],
  },
  {
    name: "a key that is none",
    values: { gitops: { repository: "git@github.com:a/b", credentials: { sshPrivateKey: "hunter2" } } },
    secrets: [["gitops"]],
    messages: [
      "gitops.credentials.sshPrivateKey: (hidden) is no private key in PEM format: it starts with -----BEGIN … PRIVATE KEY-----",
    ],
  },
  {
    name: "a key for an https repository",
    values: {
      gitops: {
        repository: "https://github.com/example/kubernetes-platform",
        credentials: { sshPrivateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2" },
      },
    },
    secrets: [["gitops"]],
    messages: [
      "gitops.credentials.sshPrivateKey: a key opens no https repository; write gitops.repository as git@host:path, or set username and password instead",
    ],
  },
  {
    name: "a password for an ssh repository",
    values: { gitops: { repository: "git@github.com:a/b", credentials: { username: "git", password: "hunter2" } } },
    secrets: [["gitops"]],
    messages: [
      "gitops.credentials.password: a password opens no ssh repository; write gitops.repository as https://host/path, or set sshPrivateKey instead",
    ],
  },
  {
    name: "a password without a username",
    values: {
      gitops: { repository: "https://github.com/example/kubernetes-platform", credentials: { password: "hunter2" } },
    },
    secrets: [["gitops", "credentials", "password"]],
    messages: [
      'gitops.credentials.username: missing beside the password; any name will do where the Git host looks at the token only, such as "git"',
    ],
  },
  {
    name: "a username without a password",
    values: {
      gitops: { repository: "https://github.com/example/kubernetes-platform", credentials: { username: "git" } },
    },
    messages: [
      "gitops.credentials.password: missing beside the username; set it: pulumi config set --secret --path 'gitops.credentials.password'",
    ],
  },
  {
    name: "empty credentials",
    values: { gitops: { repository: "https://github.com/example/kubernetes-platform", credentials: {} } },
    messages: ["gitops.credentials: is empty; set username and password, or sshPrivateKey, or leave it out"],
  },
  {
    name: "a password in place of the credentials",
    values: { gitops: { repository: "https://github.com/example/kubernetes-platform", credentials: "hunter2" } },
    messages: ['gitops.credentials: (hidden) is no group of keys; write one, such as {"username":"git"}'],
  },
  {
    name: "a misspelt credential",
    values: {
      gitops: {
        repository: "https://github.com/example/kubernetes-platform",
        credentials: { username: "git", pasword: "hunter2" },
      },
    },
    messages: [
      "gitops.credentials.pasword: unknown key; did you mean gitops.credentials.password?",
      "gitops.credentials.password: missing beside the username; set it: pulumi config set --secret --path 'gitops.credentials.password'",
    ],
  },
  {
    name: "a wrong address that is kept encrypted",
    values: { gitops: { repository: "hunter2", webhookSecret: "0123456789abcdef" } },
    secrets: [["gitops"]],
    messages: [
      "gitops.repository: (hidden) is no address of a Git repository; write it like https://github.com/example/kubernetes-platform or git@github.com:example/kubernetes-platform",
    ],
  },
  {
    name: "single sign-on without a domain",
    values: { argocd: { sso: { issuer: "https://login.example.com", clientId: "argocd", clientSecret: "hunter2" } } },
    secrets: [["argocd"]],
    messages: [
      "argocd.sso: needs a domain: the issuer sends people back to https://argocd.<domain>; set domain or leave argocd.sso out",
    ],
  },
  {
    name: "single sign-on without a secret",
    values: { domain: "example.com", argocd: { sso: { issuer: "https://login.example.com", clientId: "argocd" } } },
    messages: ["argocd.sso.clientSecret: missing; set it: pulumi config set --secret --path 'argocd.sso.clientSecret'"],
  },
  {
    name: "a client secret in plain text",
    values: {
      domain: "example.com",
      argocd: { sso: { issuer: "https://login.example.com", clientId: "argocd", clientSecret: "hunter2" } },
    },
    messages: [
      "argocd.sso.clientSecret: a secret in plain text; set it encrypted, and change it where the file was shared: pulumi config set --secret --path 'argocd.sso.clientSecret'",
    ],
  },
  {
    name: "an issuer without encryption",
    values: {
      domain: "example.com",
      argocd: { sso: { issuer: "http://login.example.com", clientId: "argocd", clientSecret: "hunter2" } },
    },
    secrets: [["argocd"]],
    messages: ["argocd.sso.issuer: (hidden) is no https address; write it like https://login.example.com"],
  },
  {
    name: "single sign-on with an empty client",
    values: {
      domain: "example.com",
      argocd: { sso: { issuer: "https://login.example.com", clientId: "", clientSecret: "hunter2" } },
    },
    secrets: [["argocd", "sso", "clientSecret"]],
    messages: ['argocd.sso.clientId: "" is empty; leave the key out or give it a value'],
  },
  {
    name: "high availability on two nodes",
    values: { argocd: { ha: true } },
    messages: [
      "argocd.ha: true needs three nodes for Redis' three replicas, and nodes.min is 2; set nodes.min to 3 or argocd.ha to false",
    ],
  },
  {
    name: "production on two nodes",
    values: { environment: "prod", nodes: { min: 2 } },
    messages: [
      "argocd.ha: true, the default of prod, needs three nodes for Redis' three replicas, and nodes.min is 2; set nodes.min to 3 or argocd.ha to false",
    ],
  },
  {
    name: "no shards",
    values: { argocd: { shards: 0 } },
    messages: ["argocd.shards: 0 is out of range; 1 to 32 are allowed"],
  },
  {
    name: "an ssh repository without a key",
    values: { gitops: { repository: "git@github.com:a/b" } },
    messages: [
      "gitops.credentials.sshPrivateKey: missing; an ssh repository is read with a key only, public ones too: pulumi config set --secret --path 'gitops.credentials.sshPrivateKey', or write gitops.repository as https://host/path",
    ],
  },
  {
    name: "an ssh repository on a host whose key is not known",
    values: {
      gitops: {
        repository: "ssh://git@git.example.com:2222/a/b",
        credentials: { sshPrivateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2" },
      },
    },
    secrets: [["gitops", "credentials"]],
    messages: [
      'gitops.repository: "ssh://git@git.example.com:2222/a/b" is on [git.example.com]:2222, whose ssh key Argo CD does not know (it knows [ssh.github.com]:443, bitbucket.org, github.com, gitlab.com, ssh.dev.azure.com, vs-ssh.visualstudio.com); add the lines that ssh-keyscan -p 2222 git.example.com tells to gitops.credentials.knownHosts once you have compared them with the host\'s own, or write it as https://host/path',
    ],
  },
  {
    name: "the key of another host",
    values: {
      gitops: {
        repository: "git@git.example.com:a/b",
        credentials: {
          sshPrivateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2",
          knownHosts: [hostKey("[git.example.com]:2222")],
        },
      },
    },
    secrets: [["gitops", "credentials", "sshPrivateKey"]],
    messages: [
      'gitops.repository: "git@git.example.com:a/b" is on git.example.com, whose ssh key Argo CD does not know (it knows [ssh.github.com]:443, bitbucket.org, github.com, gitlab.com, ssh.dev.azure.com, vs-ssh.visualstudio.com, [git.example.com]:2222); add the lines that ssh-keyscan git.example.com tells to gitops.credentials.knownHosts once you have compared them with the host\'s own, or write it as https://host/path',
    ],
  },
  {
    name: "keys of hosts that are none",
    values: {
      gitops: {
        repository: "git@git.example.com:a/b",
        credentials: {
          sshPrivateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2",
          knownHosts: [
            "git.example.com",
            hostKey("git.example.com").slice(0, -4),
            hostKey("git.example.com").replace("ssh-ed25519", "ssh-dss"),
            hostKey("git.example.com").replace("ssh-ed25519", "ssh-rsa"),
            "|1|c2FsdA==|aGFzaA== ssh-rsa AAAA",
            `${hostKey("a")}\n${hostKey("b")}`,
          ],
        },
      },
    },
    secrets: [["gitops", "credentials", "sshPrivateKey"]],
    messages: [
      'gitops.credentials.knownHosts[0]: "git.example.com" is no line of known_hosts; write host, type and key, as ssh-keyscan <host> tells them',
      'gitops.credentials.knownHosts[1]: "git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleEx... holds no whole key of type ssh-ed25519; copy the line anew',
      'gitops.credentials.knownHosts[2]: "git.example.com ssh-dss AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampl... has no type of key that is known; these are ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa',
      'gitops.credentials.knownHosts[3]: "git.example.com ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampl... holds no whole key of type ssh-rsa; copy the line anew',
      'gitops.credentials.knownHosts[4]: "|1|c2FsdA==|aGFzaA== ssh-rsa AAAA" hides its host behind a hash; write it plainly, as ssh-keyscan does',
      'gitops.credentials.knownHosts[5]: "a ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleEx... has several lines; write each as an entry of its own',
    ],
  },
  {
    name: "keys of hosts beside an https repository",
    values: {
      gitops: {
        repository: "https://git.example.com/a",
        credentials: { knownHosts: [hostKey("git.example.com")] },
      },
    },
    messages: [
      "gitops.credentials.knownHosts: an https repository has no ssh host; write gitops.repository as git@host:path, or leave it out",
    ],
  },
  {
    name: "a repository at a port that there is not",
    values: { gitops: { repository: "https://git.example.com:84430/a/b" } },
    messages: [
      'gitops.repository: "https://git.example.com:84430/a/b" is no address of a Git repository; write it like https://github.com/example/kubernetes-platform or git@github.com:example/kubernetes-platform',
    ],
  },
  {
    name: "a sealing key in plain text",
    values: {
      gitops: {
        repository: "https://github.com/example/kubernetes-platform",
        sealingKeys: [{ privateKey: rsa(2048) }],
      },
    },
    messages: [
      "gitops.sealingKeys[0].privateKey: a secret in plain text; set it encrypted, and change it where the file was shared: pulumi config set --secret --path 'gitops.sealingKeys[0].privateKey'",
    ],
  },
  {
    name: "sealing keys that Sealed Secrets cannot use",
    values: {
      gitops: {
        repository: "https://github.com/example/kubernetes-platform",
        sealingKeys: [{ privateKey: rsa(1024) }, { privateKey: "hunter2" }],
      },
    },
    secrets: [["gitops"]],
    messages: [
      "gitops.sealingKeys[0].privateKey: (hidden) is no RSA key of 2048 bits or more, the only ones that Sealed Secrets knows",
      "gitops.sealingKeys[1].privateKey: (hidden) is no private key in PEM format without a passphrase",
    ],
  },
];
