import { generateKeyPairSync } from "node:crypto";
import { z } from "zod";
import { sealingKeyProblem } from "../../sealing/certificate";
import { gitRevision, relativePath } from "../formats";
import { knownHostProblem } from "../knownHosts";
import { filled, key, text } from "./key";

const credentials = z.strictObject({
  username: key(filled().optional(), {
    description: "Login for an https repository.",
    default: "none",
    example: "git",
  }),
  password: key(filled().optional(), {
    description: "Password or token of that login.",
    default: "none",
    secret: true,
    example: "example-token",
  }),
  sshPrivateKey: key(
    text(
      /^-----BEGIN ([A-Z]+ )?PRIVATE KEY-----\s/,
      "is no private key in PEM format: it starts with -----BEGIN … PRIVATE KEY-----",
    ).optional(),
    {
      description: "Private key for an ssh repository.",
      default: "none",
      secret: true,
      example: "-----BEGIN OPENSSH PRIVATE KEY-----\nexample\n-----END OPENSSH PRIVATE KEY-----\n",
    },
  ),
  knownHosts: key(
    z
      .array(
        z.string().superRefine((line, context) => {
          const message = knownHostProblem(line);
          if (message !== undefined) context.addIssue({ code: "custom", message });
        }),
      )
      .optional(),
    {
      description: "Keys of an ssh repository's host, beside those of the public hosts that Argo CD knows.",
      allowed: "lines as `ssh-keyscan <host>` tells them, `[host]:port` where the port is not 22",
      default: "none",
      example: ["git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleE"],
    },
  ),
});

const sealingKey = z.strictObject({
  privateKey: key(
    z.string().superRefine((value, context) => {
      const message = sealingKeyProblem(value);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    }),
    {
      description: "RSA key of 2048 bits or more, in PEM format.",
      secret: true,
      example: () =>
        generateKeyPairSync("rsa", {
          modulusLength: 2048,
          publicKeyEncoding: { type: "spki", format: "pem" },
          privateKeyEncoding: { type: "pkcs8", format: "pem" },
        }).privateKey,
    },
  ),
});

export const gitops = z.strictObject({
  repository: key(filled(), {
    description: "Git repository that Argo CD syncs the cluster from.",
    allowed: "https://host/path, ssh://user@host/path or user@host:path",
    example: "https://github.com/example/kubernetes-platform",
  }),
  revision: key(text(gitRevision, "is no branch, tag or commit; write it like main or v1.2.3").optional(), {
    description: "Branch, tag or commit.",
    example: "main",
  }),
  path: key(
    text(
      relativePath,
      "is no folder inside the repository; write it without a leading slash and without .., " +
        "such as gitops/clusters/single-cluster",
    ).optional(),
    { description: "Folder of the cluster in the repository.", example: "gitops/clusters/single-cluster" },
  ),
  credentials: key(credentials.optional(), {
    description: "How a private repository is read.",
    default: "none: the repository is public",
    example: { username: "git" },
  }),
  webhookSecret: key(z.string().min(16, "is shorter than 16 characters; take a longer one").optional(), {
    description: "Shared secret that signs the Git host's webhook.",
    default: "a generated one",
    secret: true,
    example: "example-webhook-secret",
  }),
  sealingKeys: key(z.array(sealingKey).optional(), {
    description:
      "Keys of Sealed Secrets: what is sealed for one stack opens on every stack that has the key. The last one seals.",
    default: "none: the cluster's own key, which goes with the cluster",
    example: [{ privateKey: "-----BEGIN PRIVATE KEY-----" }],
  }),
});
