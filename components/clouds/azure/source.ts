/** Read access to backups on Azure, for a cluster in another cloud. */
import { Provider as AzureProvider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import * as pulumi from "@pulumi/pulumi";

import { restoresFolder } from "../../backup/source";
import type { SourceArgs, SourceTrait } from "../../cluster";
import type { SourceConfig } from "../../config/types";
import { plugin } from "./backup";
import { audience, WorkloadIdentity } from "./workloadidentity";

const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/** Whatever changes a blob is for those of restores: https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples */
const onlyRestores =
  `((!(ActionMatches{'${blobs}/write'}) AND !(ActionMatches{'${blobs}/add/action'}) AND !(ActionMatches{'${blobs}/delete'}))` +
  ` OR (@Resource[${blobs}:path] StringLike '${restoresFolder}*'))`;

/** Lets the reader read the container, and write what becomes of its restores, in the container's subscription. */
export function readSource(name: string, args: SourceArgs, opts?: pulumi.ComponentResourceOptions): SourceTrait {
  const { region, account } = args.source;
  const provider = new AzureProvider(
    `${name}-source-azure`,
    { location: region, subscriptionId: account },
    { parent: opts?.parent },
  );
  return new SourceIdentity(name, args, { ...opts, providers: [provider] }).trait();
}

/**
 * An identity that the service account of another cluster may take, with nothing but the right to read the container and to
 * write below one path of it. In a resource group of its own: it is none of the other stack's.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity
 */
class SourceIdentity extends pulumi.ComponentResource {
  private readonly identity: WorkloadIdentity;

  constructor(
    name: string,
    private readonly args: SourceArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:azure:SourceIdentity", `${name}-source`, {}, opts);
    const { source, reader, tags } = args;
    const { region: location, account: subscriptionId } = source;
    const group = new ResourceGroup(`${name}-source`, { location, tags }, { parent: this });
    this.identity = new WorkloadIdentity(
      name,
      "source",
      {
        place: { resourceGroupName: group.name, location, tags },
        caller: { subscriptionId },
        issuerUrl: reader.issuer,
        namespace: reader.namespace,
        serviceAccount: reader.serviceAccount,
        roles: {
          backup: { role: "Storage Blob Data Reader", scope: containerId(source) },
          restores: { role: "Storage Blob Data Contributor", scope: containerId(source), condition: onlyRestores },
        },
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /**
   * The plugin, and Velero where it reads files of volumes, take a workload identity from the environment and from nowhere
   * else (pkg/util/azure/credential.go of Velero 1.18); a cluster that is not Azure's has none there of its own.
   */
  trait(): SourceTrait {
    const { source, reader } = this.args;
    const storageAccount = source.storageAccount ?? "";
    return {
      provider: "azure",
      bucket: source.bucket,
      config: {
        subscriptionId: source.account,
        resourceGroup: source.resourceGroup ?? "",
        storageAccount,
        // Given, so that nobody has to look at the account for it.
        storageAccountURI: `https://${storageAccount}.blob.core.windows.net`,
        useAAD: "true",
      },
      plugin,
      audience,
      environment: {
        AZURE_CLIENT_ID: this.identity.clientId,
        AZURE_TENANT_ID: this.identity.tenantId,
        AZURE_FEDERATED_TOKEN_FILE: reader.tokenFile,
      },
      ready: this.identity.ready,
    };
  }
}

function containerId({ account, resourceGroup = "", storageAccount = "", bucket }: SourceConfig): string {
  return (
    `/subscriptions/${account}/resourceGroups/${resourceGroup}/providers/Microsoft.Storage/storageAccounts/` +
    `${storageAccount}/blobServices/default/containers/${bucket}`
  );
}
