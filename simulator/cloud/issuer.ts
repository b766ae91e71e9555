/** Who signs the tokens of a cluster's service accounts, as the rest of the world knows it. */
import type { ClusterRequest, Inventory } from "./behaviour";
import { object, objects, text } from "./values";

/** @returns the issuer's URL; undefined where the cloud has no such cluster, or its tokens are for nobody else. */
export function issuerOf(
  inventory: Pick<Inventory, "list">,
  { cloud, id }: Pick<ClusterRequest, "cloud" | "id">,
): string | undefined {
  if (cloud === "aws") {
    const cluster = inventory.list("aws:eks/cluster:Cluster").find(({ outputs }) => outputs.arn === id);
    const [identity = {}] = cluster ? objects(cluster.outputs, "identities") : [];
    const [oidc = {}] = objects(identity, "oidcs");
    return text(oidc, "issuer") || undefined;
  }
  if (cloud === "gcp") {
    // https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#metadata_server
    const cluster = inventory.list("gcp:container/cluster:Cluster").find((one) => one.id === id);
    return cluster && `https://container.googleapis.com/v1/${id}`;
  }
  if (cloud === "azure") {
    const cluster = inventory
      .list("azure-native:containerservice:ManagedCluster")
      .find((one) => one.id.toLowerCase() === id.toLowerCase());
    return (cluster && text(object(cluster.outputs, "oidcIssuerProfile"), "issuerURL")) || undefined;
  }
  return undefined;
}
