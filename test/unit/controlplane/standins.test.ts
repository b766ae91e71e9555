import { describe, expect, it } from "vitest";
import type { ClusterRequest } from "../../../simulator/cloud/behaviour";
import { driverOf } from "../../../simulator/controlplane/standins/drivers";
import { addressOf } from "../../../simulator/controlplane/standins/loadbalancers";
import { volumeFor } from "../../../simulator/controlplane/standins/persistent-volume";

const cluster: ClusterRequest = {
  id: "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
  name: "prod",
  cloud: "aws",
  region: "eu-west-1",
  version: "1.35",
  endpointHost: "0123.gr7.eu-west-1.eks.amazonaws.com",
  serviceCidr: "172.20.0.0/16",
};
const metadata = { name: "web", namespace: "default", uid: "0f6d2a3e-1111-2222-3333-444455556666" };
const GiB = 2 ** 30;

describe("EBS", () => {
  const ebs = driverOf("ebs.csi.aws.com");
  const refuse = (parameters: Record<string, string>, gib = 10, accessModes = ["ReadWriteOnce"]) =>
    ebs?.refuse({ parameters, accessModes, size: gib * GiB });

  it("serves the in-tree provisioner of gp2 too, and no other", () => {
    expect(driverOf("kubernetes.io/aws-ebs")).toBe(ebs);
    expect(driverOf("kubernetes.io/no-provisioner")).toBeUndefined();
  });

  it("accepts what its documentation lists, in any case", () => {
    expect(
      refuse({ type: "gp3", IOPS: "4000", throughput: "250", encrypted: "true", kmsKeyId: "arn" }),
    ).toBeUndefined();
    expect(refuse({ type: "gp2", "csi.storage.k8s.io/fstype": "xfs", tagSpecification_1: "team=a" })).toBeUndefined();
  });

  it.each([
    [{ skuName: "Premium_LRS" }, 10, undefined, "Invalid parameter key skuName for CreateVolume"],
    [{ type: "pd-ssd" }, 10, undefined, "Volume type 'pd-ssd' is not valid"],
    [{ type: "gp2", throughput: "250" }, 10, undefined, "Throughput is only supported for gp3"],
    [{ type: "st1" }, 10, undefined, "Volume of 10GiB is not between 125GiB and 16384GiB for volume type st1"],
    [{ type: "gp3" }, 10, ["ReadWriteMany"], "Only AccessModes[ReadWriteOnce] supported"],
  ])("refuses %j of %i GiB", (parameters, gib, modes, reason) => {
    expect(refuse(parameters as Record<string, string>, gib, modes)).toContain(reason);
  });
});

describe("volumeFor", () => {
  const claim = { metadata, spec: { accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem" } };
  const ebs = driverOf("ebs.csi.aws.com");
  if (!ebs) throw new Error("EBS is gone");

  it("lives in the zone, is a whole number of GiB, and goes with its claim", () => {
    const storageClass = { provisioner: "ebs.csi.aws.com", metadata: { name: "gp3" }, parameters: { type: "gp3" } };
    const { spec } = volumeFor(claim, storageClass, ebs, 1.5 * GiB, ["eu-west-1b"]);
    expect(spec?.capacity).toEqual({ storage: "2Gi" });
    expect(spec?.persistentVolumeReclaimPolicy).toBe("Delete");
    expect(spec?.csi).toMatchObject({ driver: "ebs.csi.aws.com", fsType: "ext4" });
    expect(spec?.csi?.volumeHandle).toMatch(/^vol-0[0-9a-f]{16}$/);
    expect(spec?.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions).toEqual([
      { key: "topology.kubernetes.io/zone", operator: "In", values: ["eu-west-1b"] },
    ]);
  });

  it("has the in-tree form for a class with the in-tree provisioner", () => {
    const storageClass = {
      provisioner: "kubernetes.io/aws-ebs",
      parameters: { fsType: "xfs" },
      reclaimPolicy: "Retain",
    };
    const volume = volumeFor(claim, storageClass, ebs, GiB, ["eu-west-1a"]);
    expect(volume.spec?.awsElasticBlockStore?.fsType).toBe("xfs");
    expect(volume.spec?.csi).toBeUndefined();
    expect(volume.spec?.persistentVolumeReclaimPolicy).toBe("Retain");
    expect(volume.metadata?.annotations?.["pv.kubernetes.io/migrated-to"]).toBe("ebs.csi.aws.com");
  });
});

describe("addressOf", () => {
  it("is a host name on AWS, of the kind of load balancer that its controller makes", () => {
    expect(addressOf(cluster, { metadata, spec: {} }, false).hostname).toMatch(
      /^a0f6d2a3e11112222333344445555666-\d+\.eu-west-1\.elb\.amazonaws\.com$/,
    );
    expect(addressOf(cluster, { metadata, spec: {} }, true).hostname).toMatch(
      /^k8s-default-web-[0-9a-f]{10}-[0-9a-f]{16}\.elb\.eu-west-1\.amazonaws\.com$/,
    );
  });

  it("is an IP elsewhere: the one asked for, if one was", () => {
    const google = { ...cluster, cloud: "gcp" as const };
    expect(addressOf(google, { metadata, spec: { loadBalancerIP: "198.51.100.7" } }, false).ip).toBe("198.51.100.7");
    expect(addressOf(google, { metadata, spec: {} }, false).ip).toMatch(/^203\.0\.113\.\d+$/);
  });
});
