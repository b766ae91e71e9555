/** Who reaches the API server, as whom, and what the cluster itself may do. */
import { beforeAll, describe, expect, it } from "vitest";

import { createCluster } from "../../../../components/clouds";
import { principalTypeOf } from "../../../../components/clouds/azure/roles";
import { admins, computed, dev, invoke, principalOf, registries, runner, subscription, tenant } from "../azure";
import { record, type Recording, valueOf } from "../record";
import { aks, role, roleId, up, usual } from "./cluster";

describe("dev", () => {
  let r: Recording;
  beforeAll(async () => {
    ({ recording: r } = await usual.dev());
  });

  it("knows people by Entra only, and lets the allowed ranges and its own nodes in", () => {
    expect(aks(r).inputs).toMatchObject({
      resourceName: "platform",
      kubernetesVersion: "1.36",
      disableLocalAccounts: true,
      aadProfile: { managed: true, enableAzureRBAC: true, tenantID: tenant, adminGroupObjectIDs: [admins] },
      apiServerAccessProfile: { authorizedIPRanges: ["192.0.2.0/24", "198.51.100.7/32"] },
      identity: { type: "UserAssigned", userAssignedIdentities: ["platform-id"] },
    });
    expect(aks(r).inputs.apiServerAccessProfile).not.toHaveProperty("enablePrivateCluster");
  });

  it("gives the cluster's identity the subnets and the address, and a look at its resource group", () => {
    const network = roleId("4d97b98b-1d4f-4787-a291-c67834d212e7");
    const own = { principalId: principalOf("platform"), principalType: "ServicePrincipal" };
    expect(role(r, "subnet-1").inputs).toMatchObject({
      ...own,
      scope: "platform-nodes-1-id",
      roleDefinitionId: network,
    });
    expect(role(r, "subnet-2").inputs).toMatchObject({
      ...own,
      scope: "platform-nodes-2-id",
      roleDefinitionId: network,
    });
    expect(role(r, "ingress").inputs).toMatchObject({
      ...own,
      scope: "platform-ingress-id",
      roleDefinitionId: network,
    });
    expect(role(r, "read").inputs).toMatchObject({
      ...own,
      scope: "platform-id",
      roleDefinitionId: roleId("acdd72a7-3385-48ef-bd42-f606fba81ae7"),
    });
  });

  it("makes whoever creates it its administrator, and keeps it so when somebody else runs the program", () => {
    expect(role(r, "runner")).toMatchObject({
      inputs: {
        principalId: runner,
        scope: "platform-id",
        roleDefinitionId: roleId("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"),
      },
      ignoreChanges: ["principalId", "principalType"],
    });
    expect(role(r, "runner").inputs.principalType).toBe("ServicePrincipal");
  });

  it("knows a person by the program that they logged in with", () => {
    const caller = { clientId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", objectId: runner };
    expect(principalTypeOf({ ...caller, subscriptionId: subscription, tenantId: tenant })).toBe("User");
  });
});

it("closes the public endpoint", async () => {
  const { recording: r } = await up(dev({ access: { ...dev().access, private: true, authorizedNetworks: [] } }));
  expect(aks(r).inputs.apiServerAccessProfile).toEqual({
    enablePrivateCluster: true,
    privateDNSZone: "system",
    enablePrivateClusterPublicFQDN: true,
  });
});

it("asks for the private API server's name that is found from everywhere", async () => {
  const asked: unknown[] = [];
  const access = { ...dev().access, authorizedNetworks: [] };
  for (const isPrivate of [false, true]) {
    await record(
      () => createCluster("platform", dev({ access: { ...access, private: isPrivate } })),
      computed,
      (token, inputs) => {
        if (token.endsWith(":listManagedClusterUserCredentials")) asked.push(inputs.serverFqdn);
        return invoke(token, inputs);
      },
    );
  }
  expect(asked).toEqual([undefined, "public"]);
});

it("lets the kubelets pull from the registries that are named, each by the role of its own subscription", async () => {
  const { recording: r, result } = await up(dev({ nodes: { ...dev().nodes, registries } }));
  const pull = { principalId: principalOf("kubelets"), principalType: "ServicePrincipal" };
  expect(role(r, "pull-oneimages").inputs).toMatchObject({
    ...pull,
    scope: registries[0],
    roleDefinitionId: roleId("7f951dda-4ed3-4680-a7ca-43fe172d538d"),
  });
  expect(role(r, "pull-otherimages").inputs).toMatchObject({
    ...pull,
    scope: registries[1],
    roleDefinitionId: roleId("7f951dda-4ed3-4680-a7ca-43fe172d538d").replace(
      subscription,
      registries[1]?.split("/")[2] ?? "",
    ),
  });
  const waitedFor = await Promise.all(result.ready.map(({ urn }) => valueOf(urn)));
  expect(waitedFor.map((urn) => urn.split("::").pop())).toContain("platform-pull-oneimages");
});

it("is open to all where nothing is said", async () => {
  const { recording: r } = await up(dev({ access: { ...dev().access, authorizedNetworks: [] } }));
  expect(aks(r).inputs.apiServerAccessProfile).toEqual({ authorizedIPRanges: [] });
});

it("has a kubeconfig that asks kubelogin for a token of the right tenant, kept secret", async () => {
  const { result } = await usual.dev();
  const kubeconfig = JSON.parse(await valueOf(result.kubeconfig)) as Record<string, never>;
  expect(kubeconfig).toMatchObject({
    "current-context": "platform",
    clusters: [
      {
        cluster: {
          server: "https://platform-0123.hcp.westeurope.azmk8s.io:443",
          "certificate-authority-data": "Q0E=",
        },
      },
    ],
    users: [
      {
        user: {
          exec: {
            command: "kubelogin",
            args: [
              "get-token",
              "--login",
              "azurecli",
              "--server-id",
              "6dae42f8-4368-4678-94ff-3960e28e3630",
              "--tenant-id",
              tenant,
            ],
          },
        },
      },
    ],
  });
  expect(await (result.kubeconfig as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(true);
});
