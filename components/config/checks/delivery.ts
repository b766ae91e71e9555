/** The Git repository, its credentials, and Argo CD's log-in. */
import { hasUserInfo, repositoryKind, sshHost } from "../formats";
import { hostsOf } from "../knownHosts";
import { setSecret } from "../problems";
import { type Check, check } from "./check";

const repository = check(["gitops.repository"], "gitops.repository", ({ given: { gitops }, show }) => {
  const url = gitops.repository;
  const shown = show(["gitops", "repository"], url);
  if (hasUserInfo(url)) {
    return `${shown} has credentials in it; leave them out and set them encrypted: ${setSecret(["gitops", "credentials", "password"])}`;
  }
  return repositoryKind(url)
    ? undefined
    : `${shown} is no address of a Git repository; write it like https://github.com/example/kubernetes-platform or git@github.com:example/kubernetes-platform`;
});

const credentials: Check = {
  reads: ["gitops.repository", "gitops.credentials"],
  find: ({ given: { gitops } }) => {
    const { username, password, sshPrivateKey, knownHosts } = gitops.credentials ?? {};
    const kind = repositoryKind(gitops.repository);
    const at = (name: string, message: string) => [{ key: `gitops.credentials.${name}`, message }];
    if (kind === "https" && sshPrivateKey !== undefined) {
      return at(
        "sshPrivateKey",
        "a key opens no https repository; write gitops.repository as git@host:path, or set username and password instead",
      );
    }
    if (kind === "https" && knownHosts !== undefined) {
      return at(
        "knownHosts",
        "an https repository has no ssh host; write gitops.repository as git@host:path, or leave it out",
      );
    }
    if (kind === "ssh" && (username !== undefined || password !== undefined)) {
      const name = password === undefined ? "username" : "password";
      return at(
        name,
        `a ${name} opens no ssh repository; write gitops.repository as https://host/path, or set sshPrivateKey instead`,
      );
    }
    if (password !== undefined && username === undefined) {
      return at(
        "username",
        'missing beside the password; any name will do where the Git host looks at the token only, such as "git"',
      );
    }
    if (username !== undefined && password === undefined) {
      return at("password", `missing beside the username; set it: ${setSecret(["gitops", "credentials", "password"])}`);
    }
    if (kind === "ssh" && sshPrivateKey === undefined) {
      return at(
        "sshPrivateKey",
        `missing; an ssh repository is read with a key only, public ones too: ${setSecret(["gitops", "credentials", "sshPrivateKey"])}, or write gitops.repository as https://host/path`,
      );
    }
    if (gitops.credentials && username === undefined && sshPrivateKey === undefined) {
      return [
        {
          key: "gitops.credentials",
          message: "is empty; set username and password, or sshPrivateKey, or leave it out",
        },
      ];
    }
    return [];
  },
};

/**
 * Hosts whose ssh keys Argo CD knows from the start; it turns away from all others.
 * `configs.ssh.knownHosts` of the chart argo-cd 10.1.1.
 */
export const knownSshHosts = [
  "[ssh.github.com]:443",
  "bitbucket.org",
  "github.com",
  "gitlab.com",
  "ssh.dev.azure.com",
  "vs-ssh.visualstudio.com",
];

const unknownHost = check(
  ["gitops.repository", "gitops.credentials.knownHosts"],
  "gitops.repository",
  ({ given: { gitops }, show }) => {
    const host = sshHost(gitops.repository);
    const told = (gitops.credentials?.knownHosts ?? []).flatMap(hostsOf);
    if (host === undefined || knownSshHosts.includes(host) || told.includes(host)) return undefined;
    const [, name = host, port] = /^\[(.+)\]:(\d+)$/.exec(host) ?? [];
    const scan = `ssh-keyscan ${port === undefined ? "" : `-p ${port} `}${name}`;
    return (
      `${show(["gitops", "repository"], gitops.repository)} is on ${host}, whose ssh key Argo CD does not know ` +
      `(it knows ${[...knownSshHosts, ...told].join(", ")}); add the lines that ${scan} tells to ` +
      "gitops.credentials.knownHosts once you have compared them with the host's own, or write it as https://host/path"
    );
  },
);

const sso = check(["domain", "argocd.sso"], "argocd.sso", ({ given: { domain, argocd } }) =>
  argocd?.sso && domain === undefined
    ? "needs a domain: the issuer sends people back to https://argocd.<domain>; set domain or leave argocd.sso out"
    : undefined,
);

export const deliveryChecks: Check[] = [repository, unknownHost, credentials, sso];
