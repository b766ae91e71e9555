import { beforeAll, describe, expect, it } from "vitest";

import type { Cluster } from "../../../components/cluster";
import { secondsOf } from "../../../simulator/gcp/durations";
import { grantWorksAfter } from "../../../simulator/gcp/kms";
import { gke, pool, usual } from "./gcp/google";
import { type Recorded, type Recording, valueOf } from "./record";

describe("order", () => {
  let r: Recording;
  let cluster: Cluster;
  beforeAll(async () => {
    ({ recording: r, result: cluster } = await usual.prod());
  });
  const follows = (later: Recorded, earlier: Recorded) => expect(r.waitsFor(later, earlier)).toBe(true);
  const independent = (one: Recorded, other: Recorded) => expect(r.waitsFor(one, other)).toBe(false);

  it("the cluster comes a while after GKE's right on the key, and waits for no NAT", () => {
    const grant = r.one("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "platform-test-secrets");
    expect(grant.inputs).toMatchObject({
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member: "serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com",
    });
    // In a row, so that the right has worked for a minute: of two things side by side nobody knows which is slower.
    const row = [
      grant,
      r.one("gcp:serviceaccount/account:Account", "platform-test-nodes"),
      r.one("gcp:projects/iAMMember:IAMMember", "platform-test-nodes-container.defaultNodeServiceAccount"),
      r.one("gcp:projects/iAMMember:IAMMember", "platform-test-nodes-artifactregistry.reader"),
      r.one("gcp:compute/securityPolicy:SecurityPolicy", "platform-test-firewall"),
      r.one("gcp:compute/globalAddress:GlobalAddress", "platform-test-ingress"),
      gke(r),
    ];
    row.slice(1).forEach((later, index) => follows(later, row[index] ?? later));
    const between = row.slice(1, -1).map(({ type }) => secondsOf(type).create);
    expect(between.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(grantWorksAfter);
    independent(gke(r), r.one("gcp:compute/routerNat:RouterNat", "platform-test-nat"));
  });

  it("nodes wait for their way out and their rights, pools not for each other", () => {
    for (const name of ["general", "spot"]) {
      follows(pool(r, name), r.one("gcp:compute/routerNat:RouterNat", "platform-test-nat"));
      for (const member of r.ofType("gcp:projects/iAMMember:IAMMember").filter(({ name }) => name.includes("-nodes-")))
        follows(pool(r, name), member);
    }
    independent(pool(r, "spot"), pool(r, "general"));
  });

  it("pods become Google identities after the cluster, whose pool of identities it is; their accounts do not wait", () => {
    const binding = r.one("gcp:serviceaccount/iAMMember:IAMMember", "platform-test-velero");
    follows(binding, gke(r));
    independent(r.one("gcp:serviceaccount/account:Account", "platform-test-velero"), gke(r));
  });

  it("what the load balancer is made of waits for no network and no cluster", () => {
    for (const type of ["globalAddress:GlobalAddress", "securityPolicy:SecurityPolicy", "sSLPolicy:SSLPolicy"]) {
      const [one] = r.ofType(`gcp:compute/${type}`);
      if (one === undefined) throw new Error(`${type} is missing`);
      independent(one, gke(r));
      independent(one, r.one("gcp:compute/network:Network", "platform-test-network"));
    }
  });

  it("tells the platform what to wait for", async () => {
    const urns = await Promise.all(cluster.ready.map(({ urn }) => valueOf(urn)));
    expect(urns.map((urn) => urn.split("::").slice(-2).join("::").split("$").pop())).toEqual([
      "gcp:container/nodePool:NodePool::platform-test-general",
      "gcp:container/nodePool:NodePool::platform-test-spot",
      "gcp:serviceaccount/iAMMember:IAMMember::platform-test-velero",
      "gcp:storage/bucketIAMMember:BucketIAMMember::platform-test-velero",
      "gcp:serviceaccount/iAMMember:IAMMember::platform-test-velero-signs",
      "gcp:projects/iAMMember:IAMMember::platform-test-velero",
      "gcp:serviceaccount/iAMMember:IAMMember::platform-test-external-dns",
      "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember::platform-test-external-dns",
      "gcp:projects/iAMMember:IAMMember::platform-test-external-dns",
      "gcp:serviceaccount/iAMMember:IAMMember::platform-test-cert-manager",
      "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember::platform-test-cert-manager",
    ]);
    expect(cluster.ingressReady).toEqual([]);
  });
});
