/**
 * What Google makes of an Ingress of GKE's own class: a load balancer at the reserved address, with the policies that its
 * configurations name. Words of refusals: kubernetes/ingress-gce pkg/loadbalancers/addresses.go, pkg/composite and
 * pkg/backends/features/securitypolicy.go.
 */
import { createHash } from "node:crypto";
import type { ClusterRequest } from "../cloud/behaviour";
import type { Store } from "../cloud/store";
import { object, text } from "../cloud/values";
import type { BalancedIngress, IngressBalancers } from "../controlplane/standins/gce/balancers";
import { balancerRecord, balancerType } from "./balancers";

export class GoogleBalancers implements IngressBalancers {
  constructor(private readonly store: Store) {}

  isServed({ id }: ClusterRequest): boolean {
    const outputs = this.store.get("gcp:container/cluster:Cluster", id)?.outputs ?? {};
    return object(object(outputs, "addonsConfig"), "httpLoadBalancing").disabled !== true;
  }

  ensure(cluster: ClusterRequest, ingress: BalancedIngress): { address: string } | { refusal: string } {
    const project = this.projectOf(cluster);
    const refusal =
      this.missing(
        "gcp:compute/securityPolicy:SecurityPolicy",
        project,
        ingress.securityPolicies,
        "securityPolicies",
      ) ??
      this.missing(
        "gcp:compute/sSLPolicy:SSLPolicy",
        project,
        ingress.sslPolicy ? [ingress.sslPolicy] : [],
        "sslPolicies",
      );
    if (refusal) return { refusal };
    const reserved = this.store
      .list("gcp:compute/globalAddress:GlobalAddress")
      .find(({ outputs }) => outputs.name === ingress.addressName && outputs.project === project);
    if (ingress.addressName !== undefined && !reserved) {
      return {
        refusal: `the given static IP name ${ingress.addressName} doesn't translate to an existing static IP.`,
      };
    }
    const name = forwardingRuleName(cluster, ingress.key);
    const user = this.store
      .list(balancerType)
      .find(({ outputs }) => outputs.address === ingress.addressName && outputs.name !== name);
    if (ingress.addressName !== undefined && user) {
      return {
        refusal: `googleapi: Error 400: Invalid value for field 'resource.IPAddress': '${text(reserved?.outputs ?? {}, "address")}'. Specified IP address is in-use and would result in a conflict., invalid`,
      };
    }
    this.store.put(
      balancerRecord({
        name,
        project,
        cluster: cluster.id,
        ingress: ingress.key,
        address: ingress.addressName ?? "",
        securityPolicies: ingress.securityPolicies,
        ...(ingress.sslPolicy === undefined ? {} : { sslPolicy: ingress.sslPolicy }),
      }),
    );
    // Benchmarking range of RFC 2544 for an address of Google's choice: it belongs to nobody.
    const digest = createHash("sha256").update(name).digest();
    return {
      address: reserved
        ? text(reserved.outputs, "address")
        : `198.19.${digest[0] ?? 0}.${1 + ((digest[1] ?? 0) % 254)}`,
    };
  }

  remove(cluster: ClusterRequest, key: string): void {
    const name = forwardingRuleName(cluster, key);
    const found = this.store.list(balancerType).find(({ outputs }) => outputs.name === name);
    if (found) this.store.remove(balancerType, found.id);
  }

  private projectOf({ id }: ClusterRequest): string {
    return id.split("/")[1] ?? "";
  }

  private missing(type: string, project: string, names: string[], collection: string): string | undefined {
    const known = this.store.list(type).filter(({ outputs }) => outputs.project === project);
    const absent = names.find((name) => !known.some(({ outputs }) => outputs.name === name));
    return absent === undefined
      ? undefined
      : `googleapi: Error 404: The resource 'projects/${project}/global/${collection}/${absent}' was not found, notFound`;
  }
}

/** `k8s2-fr-<hash>-<namespace>-<name>-<hash>`, as the controller names its forwarding rules. */
function forwardingRuleName({ id }: ClusterRequest, key: string): string {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `k8s2-fr-${hash(id)}-${key.replace("/", "-").slice(0, 34)}-${hash(`${id}/${key}`)}`;
}
