/** Read access to backups on AWS, for a cluster in another cloud. */
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { OpenIdConnectProvider, Role, RolePolicy } from "@pulumi/aws/iam";
import { Provider as AwsProvider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";

import { restoresFolder } from "../../backup/source";
import type { SourceArgs, SourceReader, SourceTrait } from "../../cluster";
import { plugin } from "./backup";
import { policyDocument } from "./iam";
import { longest, withinLimit } from "./names";

/** What the tokens are for, as AWS' own clusters have it. */
const audience = "sts.amazonaws.com";

/** Lets the reader read the bucket, and write what becomes of its restores, in the account that the bucket is in. */
export function readSource(name: string, args: SourceArgs, opts?: pulumi.ComponentResourceOptions): SourceTrait {
  const { region, account } = args.source;
  const provider = new AwsProvider(
    `${name}-source-aws`,
    // Another account than the bucket's would be found out only by Velero.
    { region, allowedAccountIds: [account], defaultTags: { tags: args.tags } },
    { parent: opts?.parent },
  );
  return new SourceRole(name, args, { ...opts, providers: [provider] }).trait();
}

/**
 * A role that pods of another cluster take by the tokens of their service account: AWS is told whose tokens to believe.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html. No thumbprint is given: AWS finds
 * the certificate of a public issuer itself.
 */
class SourceRole extends pulumi.ComponentResource {
  private readonly role: Role;
  private readonly policy: RolePolicy;

  constructor(
    name: string,
    private readonly args: SourceArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:aws:SourceRole", `${name}-source`, {}, opts);
    const { source, reader } = args;
    const full = `${name}-source`;
    const tags = { Name: full };
    const issuer = new OpenIdConnectProvider(
      full,
      { url: reader.issuer, clientIdLists: [audience], tags },
      { parent: this },
    );
    this.role = new Role(
      withinLimit(name, "source", longest.role),
      {
        description: `Velero of ${name} reads the backups in ${source.bucket}`,
        assumeRolePolicy: pulumi.all([reader.issuer, issuer.arn]).apply(([url, arn]) => trust(url, arn, reader)),
        tags,
      },
      { parent: this },
    );
    const { partition } = getPartitionOutput({}, { parent: this });
    const bucket = pulumi.interpolate`arn:${partition}:s3:::${source.bucket}`;
    this.policy = new RolePolicy(
      full,
      {
        role: this.role.name,
        // No right on a key: S3's own one is open to whoever of the account may read what is encrypted with it.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#aws-managed-customer-managed-keys
        policy: policyDocument([
          { Effect: "Allow", Action: "s3:ListBucket", Resource: bucket },
          { Effect: "Allow", Action: "s3:GetObject", Resource: pulumi.interpolate`${bucket}/*` },
          {
            Effect: "Allow",
            Action: ["s3:PutObject", "s3:DeleteObject"],
            Resource: pulumi.interpolate`${bucket}/${restoresFolder}*`,
          },
        ]),
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /**
   * The plugin reads the file as AWS' own programs read theirs, and so does Velero where it reads files of volumes; that
   * one needs the region in it. https://github.com/vmware-tanzu/velero-plugin-for-aws/blob/v1.14.3/velero-plugin-for-aws/config.go,
   * pkg/repository/config/aws.go of Velero 1.18, https://docs.aws.amazon.com/sdkref/latest/guide/access-assume-role-web.html
   */
  trait(): SourceTrait {
    const { source, reader } = this.args;
    return {
      provider: "aws",
      bucket: source.bucket,
      config: { region: source.region },
      plugin,
      audience,
      credentials: pulumi.interpolate`[default]
role_arn = ${this.role.arn}
web_identity_token_file = ${reader.tokenFile}
region = ${source.region}
`,
      environment: {},
      ready: [this.policy],
    };
  }
}

/** Conditions are named by the issuer's address without `https://`, to the letter, a slash at its end included. */
function trust(url: string, provider: string, { namespace, serviceAccount }: SourceReader): pulumi.Output<string> {
  const issuer = url.replace(/^https:\/\//, "");
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: audience,
          [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
        },
      },
    },
  ]);
}
