/** What AKS' webhook puts into pods, and into which. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tenantId } from "../../../simulator/azure/account";
import { workloadIdentity } from "../../../simulator/azure/podWorkloadIdentity";
import type { PodPlace } from "../../../simulator/cloud/services";

const id = "/subscriptions/s/resourcegroups/g/providers/Microsoft.ContainerService/managedClusters/prod";
let folder: string;
let enabled: boolean;
let asked: unknown;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "webhook-"));
  enabled = true;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = {
  makeApiClient: () => ({
    readNamespacedServiceAccount: async () => ({
      metadata: { annotations: { "azure.workload.identity/client-id": "client" } },
    }),
    createNamespacedServiceAccountToken: async ({ body }: { body: { spec: unknown } }) => {
      asked = body.spec;
      return { status: { token: "signed" } };
    },
  }),
} as unknown as KubeConfig;

const environment = (labels: Record<string, string>, cluster: Partial<PodPlace["cluster"]> = {}) =>
  workloadIdentity(
    {
      pod: { metadata: { name: "velero", namespace: "velero", labels }, spec: { containers: [] } },
      cluster: { cloud: "azure", id, name: "prod", region: "westeurope", ...cluster },
      config,
      folder,
    },
    {
      list: (type) => [
        { type, id, urn: "", inputs: {}, outputs: { securityProfile: { workloadIdentity: { enabled } } } },
      ],
    },
  );
const wanted = { "azure.workload.identity/use": "true" };

it("names the identity of the pod's service account, and where its token is", async () => {
  const file = join(folder, "var/run/secrets/azure/tokens/azure-identity-token");
  expect(await environment(wanted)).toEqual({
    AZURE_CLIENT_ID: "client",
    AZURE_TENANT_ID: tenantId,
    AZURE_FEDERATED_TOKEN_FILE: file,
    AZURE_AUTHORITY_HOST: "https://login.microsoftonline.com/",
  });
  expect(readFileSync(file, "utf8")).toBe("signed");
  expect(asked).toMatchObject({ audiences: ["api://AzureADTokenExchange"] });
});

it("passes by pods that have not asked, other clouds' clusters, and clusters without it", async () => {
  expect(await environment({})).toEqual({});
  expect(await environment(wanted, { cloud: "aws" })).toEqual({});
  enabled = false;
  expect(await environment(wanted)).toEqual({});
});
