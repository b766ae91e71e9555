/** Access to the backups of a stack in another cloud, for each ordered pair of clouds. */
import { beforeAll, describe, expect, it } from "vitest";

import { poolId } from "../../../components/clouds/gcp/names";
import type { SourceTrait } from "../../../components/cluster";
import { checkInputs, isKnown } from "../../../simulator/schema";
import { principalOf, subscription, tenant } from "./azure";
import { type Recorded, type Recording, valueOf } from "./record";
import { issuers, type Managed, pairs, sources, successor, up } from "./successor";

const subject = "system:serviceaccount:velero:velero";
const tokenFile = "/var/run/secrets/platform/source/token";
const pool = "projects/123456789012/locations/global/workloadIdentityPools/platform-test-0a1b2c3d";
const container =
  `/subscriptions/${subscription}/resourceGroups/platform-prod-backup0a1b2c3d/providers/Microsoft.Storage/storageAccounts/` +
  "platformprod0a1b2c3d/blobServices/default/containers/velero";

/** What is made in the other cloud: nothing else, and all of it by that cloud's provider. */
const made: Record<Managed, string[]> = {
  aws: ["aws:iam/openIdConnectProvider:OpenIdConnectProvider", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"],
  azure: [
    "azure-native:authorization:RoleAssignment",
    "azure-native:authorization:RoleAssignment",
    "azure-native:managedidentity:FederatedIdentityCredential",
    "azure-native:managedidentity:UserAssignedIdentity",
    "azure-native:resources:ResourceGroup",
  ],
  gcp: [
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    "gcp:storage/bucketIAMMember:BucketIAMMember",
  ],
};

/** Whom it trusts, and with what, by the target's issuer. */
const grants: Record<Managed, (recording: Recording, issuer: string) => void> = {
  aws(recording, issuer) {
    const [provider, role, policy] = made.aws.map((type) => ofSource(recording, type, "aws")) as [
      Recorded,
      Recorded,
      Recorded,
    ];
    expect(provider.inputs).toMatchObject({ url: issuer, clientIdLists: ["sts.amazonaws.com"] });
    const host = issuer.replace("https://", "");
    expect(JSON.parse(String(role.inputs.assumeRolePolicy))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: "arn:aws:x:eu-west-1:123456789012:platform-test-source" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { [`${host}:aud`]: "sts.amazonaws.com", [`${host}:sub`]: subject } },
        },
      ],
    });
    const { Statement } = JSON.parse(String(policy.inputs.policy)) as { Statement: object[] };
    expect(Statement).toEqual([
      { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::platform-prod-backup-0a1b2c3" },
      { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::platform-prod-backup-0a1b2c3/*" },
      {
        Effect: "Allow",
        Action: ["s3:PutObject", "s3:DeleteObject"],
        Resource: "arn:aws:s3:::platform-prod-backup-0a1b2c3/restores/*",
      },
    ]);
  },
  azure(recording, issuer) {
    const [reader, writer, credential] = allOfSource(recording, [...new Set(made.azure)], "azure") as [
      Recorded,
      Recorded,
      Recorded,
    ];
    expect(credential.inputs).toMatchObject({ issuer, subject, audiences: ["api://AzureADTokenExchange"] });
    const definition = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions`;
    const both = {
      scope: container,
      principalId: principalOf("platform-test-source"),
      principalType: "ServicePrincipal",
    };
    // Storage Blob Data Reader
    expect(reader.inputs).toEqual({ ...both, roleDefinitionId: `${definition}/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1` });
    const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
    expect(writer.inputs).toEqual({
      ...both,
      // Storage Blob Data Contributor
      roleDefinitionId: `${definition}/ba92f5b4-2d11-453d-a403-e96b0029c9fe`,
      condition:
        `((!(ActionMatches{'${blobs}/write'}) AND !(ActionMatches{'${blobs}/add/action'}) AND ` +
        `!(ActionMatches{'${blobs}/delete'})) OR (@Resource[${blobs}:path] StringLike 'restores/*'))`,
      conditionVersion: "2.0",
    });
  },
  gcp(recording, issuer) {
    const [, provider, reads, writes] = allOfSource(recording, [...new Set(made.gcp)], "gcp") as [
      Recorded,
      Recorded,
      Recorded,
      Recorded,
    ];
    expect(provider.inputs).toMatchObject({
      oidc: { issuerUri: issuer },
      attributeMapping: { "google.subject": "assertion.sub" },
      attributeCondition: `assertion.sub == "${subject}"`,
    });
    const bucket = "platform-prod-backup-0a1b2c3";
    const member = `principal://iam.googleapis.com/${pool}/subject/${subject}`;
    expect(reads.inputs).toEqual({ bucket, member, role: "roles/storage.objectViewer" });
    expect(writes.inputs).toMatchObject({
      bucket,
      member,
      role: "roles/storage.objectUser",
      condition: { expression: `resource.name.startsWith("projects/_/buckets/${bucket}/objects/restores/")` },
    });
  },
};

/** What Velero is told. */
const told: Record<Managed, (trait: SourceTrait) => Promise<void>> = {
  async aws(trait) {
    expect(trait).toMatchObject({ provider: "aws", config: { region: "eu-west-1" }, audience: "sts.amazonaws.com" });
    expect(await valueOf(trait.credentials)).toBe(
      [
        "[default]",
        "role_arn = arn:aws:x:eu-west-1:123456789012:platform-test-source",
        `web_identity_token_file = ${tokenFile}`,
        "region = eu-west-1",
        "",
      ].join("\n"),
    );
    expect(trait.environment).toEqual({});
  },
  async azure(trait) {
    expect(trait).toMatchObject({
      provider: "azure",
      bucket: "velero",
      audience: "api://AzureADTokenExchange",
      config: {
        subscriptionId: subscription,
        resourceGroup: "platform-prod-backup0a1b2c3d",
        storageAccount: "platformprod0a1b2c3d",
        storageAccountURI: "https://platformprod0a1b2c3d.blob.core.windows.net",
        useAAD: "true",
      },
    });
    expect(trait.credentials).toBeUndefined();
    expect(await valueOf(trait.environment)).toEqual({
      AZURE_CLIENT_ID: "platform-test-source-client",
      AZURE_TENANT_ID: tenant,
      AZURE_FEDERATED_TOKEN_FILE: tokenFile,
    });
  },
  async gcp(trait) {
    expect(trait).toMatchObject({ provider: "gcp", config: {}, environment: {} });
    expect(await valueOf(trait.audience)).toBe(`https://iam.googleapis.com/${pool}/providers/cluster`);
    expect(JSON.parse((await valueOf(trait.credentials)) ?? "")).toEqual({
      type: "external_account",
      audience: `//iam.googleapis.com/${pool}/providers/cluster`,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: "https://sts.googleapis.com/v1/token",
      credential_source: { file: tokenFile, format: { type: "text" } },
    });
  },
};

function allOfSource(recording: Recording, types: string[], source: Managed): Recorded[] {
  return types.flatMap((type) =>
    recording.ofType(type).filter(({ provider }) => provider === `platform-test-source-${source}`),
  );
}

function ofSource(recording: Recording, type: string, source: Managed): Recorded {
  const [found, ...others] = allOfSource(recording, [type], source);
  if (!found || others.length > 0) throw new Error(`${type}: ${others.length + (found ? 1 : 0)}`);
  return found;
}

const keysOf = (resources: Recorded[]) => resources.map(({ type, name }) => `${type}::${name}`).sort();

describe.each(pairs)("a stack on %s that takes over from one on %s", (target, source) => {
  let recording: Recording;
  let trait: SourceTrait;
  let plain: Recording;

  beforeAll(async () => {
    const found = await up(successor(target, source));
    recording = found.recording;
    if (!found.result.traits.source) throw new Error("no source");
    trait = found.result.traits.source;
    plain = (await up(successor(target))).recording;
  });

  it("makes what it needs in the other cloud, and nothing else anywhere", () => {
    const there = recording.all().filter(({ provider }) => provider === `platform-test-source-${source}`);
    expect(there.map(({ type }) => type).sort()).toEqual(made[source]);
    const own = keysOf(plain.all());
    const more = keysOf(recording.all()).filter((key) => !own.includes(key));
    const withCloud = more.filter((key) => !/^(platform|random|pulumi):/.test(key));
    expect(withCloud).toEqual(keysOf(there));
    expect(own.filter((key) => !keysOf(recording.all()).includes(key))).toEqual([]);
  });

  it("works in the account and region that the configuration names, with the platform's own tags", () => {
    const { account, region } = sources[source];
    const tags = { environment: "dev", stack: "test", "managed-by": "pulumi" };
    const type = { aws: "pulumi:providers:aws", azure: "pulumi:providers:azure-native", gcp: "pulumi:providers:gcp" };
    const provider = recording.one(type[source], `platform-test-source-${source}`).inputs;
    const expected = {
      aws: { region, allowedAccountIds: JSON.stringify([account]), defaultTags: JSON.stringify({ tags }) },
      azure: { location: region, subscriptionId: account },
      gcp: { project: account, region, defaultLabels: JSON.stringify(tags) },
    };
    expect(provider).toMatchObject(expected[source]);
    if (source === "azure") {
      expect(ofSource(recording, "azure-native:resources:ResourceGroup", source).inputs).toMatchObject({
        location: region,
        tags,
      });
    }
  });

  it("is let in by the tokens of its own Velero, and may read, and write what becomes of restores", () => {
    grants[source](recording, issuers[target]);
  });

  it("tells Velero where the backups are, and by what it is let in", async () => {
    await told[source](trait);
    expect(trait.plugin.image).toMatch(
      { aws: /plugin-for-aws:v/, azure: /plugin-for-microsoft-azure:v/, gcp: /plugin-for-gcp:v/ }[source],
    );
  });

  it("sends nothing that the other cloud does not know, or that is out of its bounds", () => {
    const there = recording.all().filter(({ provider }) => provider === `platform-test-source-${source}`);
    expect(there.filter(({ type }) => !isKnown(type))).toEqual([]);
    expect(there.flatMap(({ type, inputs }) => checkInputs(type, inputs))).toEqual([]);
  });
});

describe("the id of a pool", () => {
  it("has at most 32 characters, whatever the stack is called", () => {
    expect(poolId("platform-prod", "0a1b2c3d")).toBe("platform-prod-0a1b2c3d");
    expect(poolId("platform-prod-of-the-other-department", "0a1b2c3d")).toBe("platform-prod-of-the-ot-0a1b2c3d");
    expect(poolId("platform-prod-of-these-departments", "0a1b2c3d")).toBe("platform-prod-of-these-0a1b2c3d");
  });
});
