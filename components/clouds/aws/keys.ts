/** Encryption keys of our own: one for the cluster's Secrets, one for its logs. */
import { Alias, Key } from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";

import { type Account, policyDocument, type Statement } from "./iam";

export interface KeysArgs {
  account: Account;
  /** A key that still decrypts data somewhere waits longer for its deletion: 30 days in place of 7. */
  protect: boolean;
}

/** Customer-managed keys, rotated every year. */
export class Keys extends pulumi.ComponentResource {
  readonly secrets: Key;
  readonly logs: Key;

  constructor(name: string, { account, protect }: KeysArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:aws:Keys", name, {}, opts);
    const owner: Statement = {
      Sid: "Account",
      Effect: "Allow",
      Principal: { AWS: pulumi.interpolate`arn:${account.partition}:iam::${account.id}:root` },
      Action: "kms:*",
      Resource: "*",
    };
    // CloudWatch Logs encrypts on its own behalf, for log groups of this account only:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    const logs: Statement = {
      Sid: "CloudWatchLogs",
      Effect: "Allow",
      Principal: { Service: `logs.${account.region}.amazonaws.com` },
      Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      Resource: "*",
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:${account.partition}:logs:${account.region}:${account.id}:log-group:*`,
        },
      },
    };
    const key = (purpose: string, description: string, statements: Statement[]) => {
      const created = new Key(
        `${name}-${purpose}`,
        {
          description,
          enableKeyRotation: true,
          deletionWindowInDays: protect ? 30 : 7,
          policy: policyDocument(statements),
          tags: { Name: `${name}-${purpose}` },
        },
        { parent: this },
      );
      new Alias(
        `${name}-${purpose}`,
        { name: `alias/${name}-${purpose}`, targetKeyId: created.keyId },
        { parent: this },
      );
      return created;
    };
    this.secrets = key("secrets", `Kubernetes Secrets of ${name}`, [owner]);
    this.logs = key("logs", `Logs of ${name}`, [owner, logs]);
    this.registerOutputs();
  }
}
