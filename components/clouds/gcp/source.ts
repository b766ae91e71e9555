/** Read access to backups on Google Cloud, for a cluster in another cloud. */
import { WorkloadIdentityPool, WorkloadIdentityPoolProvider } from "@pulumi/gcp/iam";
import { Provider as GcpProvider } from "@pulumi/gcp/provider";
import { BucketIAMMember } from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";

import { restoresFolder } from "../../backup/source";
import type { SourceArgs, SourceTrait } from "../../cluster";
import { plugin } from "./backup";
import { poolId } from "./names";

/** Lets the reader read the bucket, and write what becomes of its restores, in the project that the bucket is in. */
export function readSource(name: string, args: SourceArgs, opts?: pulumi.ComponentResourceOptions): SourceTrait {
  const { region, account } = args.source;
  const provider = new GcpProvider(
    `${name}-source-gcp`,
    { project: account, region, defaultLabels: args.tags, addPulumiAttributionLabel: false },
    { parent: opts?.parent },
  );
  return new SourcePool(name, args, { ...opts, providers: [provider] }).trait();
}

/**
 * A pool of identities that has exactly one: the service account of another cluster, known by the tokens that the cluster
 * signs. It is granted the bucket itself, so there is neither a service account of Google's nor a key.
 * https://cloud.google.com/iam/docs/workload-identity-federation-with-kubernetes
 */
class SourcePool extends pulumi.ComponentResource {
  private readonly provider: WorkloadIdentityPoolProvider;
  private readonly grants: BucketIAMMember[];

  constructor(
    name: string,
    private readonly args: SourceArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:gcp:SourcePool", `${name}-source`, {}, opts);
    const { source, reader } = args;
    const full = `${name}-source`;
    const subject = `system:serviceaccount:${reader.namespace}:${reader.serviceAccount}`;
    // A deleted pool keeps its id for 30 days, and Pulumi makes none up.
    const unique = new RandomId(full, { byteLength: 4 }, { parent: this });
    const pool = new WorkloadIdentityPool(
      full,
      {
        workloadIdentityPoolId: unique.hex.apply((hex) => poolId(name, hex)),
        description: `Velero of ${name} reads the backups of another stack`,
      },
      { parent: this },
    );
    this.provider = new WorkloadIdentityPoolProvider(
      full,
      {
        workloadIdentityPoolId: pool.workloadIdentityPoolId,
        workloadIdentityPoolProviderId: "cluster",
        oidc: { issuerUri: reader.issuer },
        attributeMapping: { "google.subject": "assertion.sub" },
        attributeCondition: `assertion.sub == "${subject}"`,
      },
      { parent: this },
    );
    const { bucket } = source;
    const member = pulumi.interpolate`principal://iam.googleapis.com/${pool.name}/subject/${subject}`;
    this.grants = [
      new BucketIAMMember(full, { bucket, role: "roles/storage.objectViewer", member }, { parent: this }),
      new BucketIAMMember(
        `${full}-restores`,
        {
          bucket,
          role: "roles/storage.objectUser",
          member,
          // https://cloud.google.com/iam/docs/conditions-attribute-reference#resource-name
          condition: {
            title: "restores",
            description: "Logs and results of restores, and nothing of the backups",
            expression: `resource.name.startsWith("projects/_/buckets/${bucket}/objects/${restoresFolder}")`,
          },
        },
        { parent: this },
      ),
    ];
    this.registerOutputs();
  }

  /**
   * The plugin takes a file of this type, and so does Velero where it reads files of volumes; what cannot be done with it
   * is to sign addresses, which only `velero backup logs` and the like need:
   * https://github.com/vmware-tanzu/velero-plugin-for-gcp/blob/v1.14.2/velero-plugin-for-gcp/object_store.go. Its form:
   * https://google.aip.dev/auth/4117
   */
  trait(): SourceTrait {
    const { source, reader } = this.args;
    return {
      provider: "gcp",
      bucket: source.bucket,
      config: {},
      plugin,
      // What a provider without audiences of its own asks for: its own name.
      audience: pulumi.interpolate`https://iam.googleapis.com/${this.provider.name}`,
      credentials: pulumi.jsonStringify({
        type: "external_account",
        audience: pulumi.interpolate`//iam.googleapis.com/${this.provider.name}`,
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: "https://sts.googleapis.com/v1/token",
        credential_source: { file: reader.tokenFile, format: { type: "text" } },
      }),
      environment: {},
      ready: [this.provider, ...this.grants],
    };
  }
}
