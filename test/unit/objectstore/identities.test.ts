/** Who gets what to sign with: pods of service accounts that the cloud knows, and nobody else. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PodIdentityAgent } from "../../../simulator/aws/podIdentity";
import type { CloudRecord } from "../../../simulator/cloud/behaviour";
import type { PodPlace } from "../../../simulator/cloud/services";
import { AccessTokens } from "../../../simulator/gcp/accessTokens";
import { PodMetadata } from "../../../simulator/gcp/podMetadata";
import { s3Place } from "../../../simulator/objectstore/s3";

let folder: string;
let records: CloudRecord[];
const inventory = { list: (type: string) => records.filter((one) => one.type === type) };
const email = "prod-velero@platform.iam.gserviceaccount.com";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "identities-"));
  records = [
    record("aws:eks/podIdentityAssociation:PodIdentityAssociation", {
      clusterName: "prod",
      namespace: "velero",
      serviceAccount: "velero",
      region: "eu-west-1",
      roleArn: "arn:aws:iam::123456789012:role/prod-velero",
    }),
    record("gcp:serviceaccount/iAMMember:IAMMember", {
      role: "roles/iam.workloadIdentityUser",
      serviceAccountId: `projects/platform/serviceAccounts/${email}`,
      member: "serviceAccount:platform.svc.id.goog[velero/velero]",
    }),
  ];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function record(type: string, outputs: Record<string, unknown>): CloudRecord {
  return { type, id: "one", urn: "", inputs: {}, outputs };
}

const config = {
  makeApiClient: () => ({
    createNamespacedServiceAccountToken: async () => ({ status: { token: "the-token" } }),
    readNamespacedServiceAccount: async () => ({
      metadata: { annotations: { "iam.gke.io/gcp-service-account": email } },
    }),
  }),
} as unknown as KubeConfig;

const place = (cloud: "aws" | "gcp", serviceAccountName = "velero"): PodPlace => ({
  pod: { metadata: { name: "p", namespace: "velero", uid: "u" }, spec: { serviceAccountName, containers: [] } },
  cluster: { id: "projects/platform/locations/eu/clusters/prod", cloud, name: "prod", region: "eu-west-1" },
  config,
  folder,
});

describe("EKS Pod Identity", () => {
  const agent = new PodIdentityAgent({ inventory, credentials: { accessKeyId: "AKIA1", secretAccessKey: "s3cret" } });
  afterEach(() => agent.stop());

  it("gives credentials for the token of a pod with an association, as long as there is one", async () => {
    const variables = await agent.environment(place("aws"));
    expect(JSON.stringify(variables)).not.toMatch(/s3cret|the-token/);
    const url = variables.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? "";
    const token = readFileSync(variables.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ?? "", "utf8");
    const ask = (authorization: string) => fetch(url, { headers: { authorization } });
    expect(await (await ask(token)).json()).toMatchObject({
      AccessKeyId: "AKIA1",
      SecretAccessKey: "s3cret",
      AccountId: "123456789012",
    });
    expect((await ask("another")).status).toBe(403);
    records = [];
    expect((await ask(token)).status).toBe(403);
  });

  it.each<[string, PodPlace]>([
    ["another service account", place("aws", "default")],
    ["another cloud", place("gcp")],
    ["another cluster", { ...place("aws"), cluster: { id: "c", cloud: "aws", name: "dev", region: "eu-west-1" } }],
  ])("puts nothing into pods of %s", async (_, elsewhere) => {
    expect(await agent.environment(elsewhere)).toEqual({});
  });
});

describe("GKE's metadata server", () => {
  const accessTokens = new AccessTokens("secret");
  const metadata = new PodMetadata({ inventory, accessTokens });
  afterEach(() => metadata.stop());

  it("gives a token where the account lets the Kubernetes service account, and says no where it does not", async () => {
    const { GCE_METADATA_HOST: host } = await metadata.environment(place("gcp"));
    const ask = (path: string) => fetch(`http://${host}/computeMetadata/v1/${path}`);
    expect(await (await ask("project/project-id")).text()).toBe("platform");
    const token = "instance/service-accounts/default/token?scopes=a";
    const given = (await (await ask(token)).json()) as { access_token: string };
    expect(given).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    expect(accessTokens.bearer(`Bearer ${given.access_token}`)).toBe(`serviceAccount:${email}`);
    records = [];
    expect((await ask(token)).status).toBe(403);
  });

  it("says no to the same service account in another project", async () => {
    const id = "projects/another/locations/eu/clusters/prod";
    const elsewhere = { ...place("gcp"), pod: { metadata: { name: "q", namespace: "velero", uid: "v" } } };
    const { GCE_METADATA_HOST: host } = await metadata.environment({
      ...elsewhere,
      pod: { ...elsewhere.pod, spec: { serviceAccountName: "velero", containers: [] } },
      cluster: { ...elsewhere.cluster, id },
    });
    const answer = await fetch(`http://${host}/computeMetadata/v1/instance/service-accounts/default/token`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("Permission 'iam.serviceAccounts.getAccessToken' denied");
  });

  it("is not there on another cloud", async () => {
    expect(await metadata.environment(place("aws"))).toEqual({});
  });
});

describe("s3Place", () => {
  it.each([
    ["s3.eu-west-1.amazonaws.com", "eu-west-1"],
    ["bucket.s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"],
    ["my.bucket.s3.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
    ["s3.amazonaws.com", undefined],
    ["bucket.s3.eu-west-1.amazonaws.com.example.org", undefined],
    ["sts.eu-west-1.amazonaws.com", undefined],
  ])("of %s is %s", (host, region) => {
    expect(s3Place(host)?.region).toBe(region);
  });
});
