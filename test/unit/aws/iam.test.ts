import { ManagedPolicy } from "@pulumi/aws/types/enums/iam";
import { beforeEach, describe, expect, it } from "vitest";
import { Account, role } from "./account";

let account: Account;
beforeEach(() => {
  account = new Account();
});

const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("IAM", () => {
  it("names roles as Pulumi does, within 64 characters", async () => {
    const assumeRolePolicy = document({
      Effect: "Allow",
      Principal: { Service: "ec2.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    const { id, outputs } = await account.create("iam/role:Role", { assumeRolePolicy }, "nodes");
    expect(id).toMatch(/^nodes-[0-9a-f]{7}$/);
    expect(outputs).toMatchObject({ arn: `arn:aws:iam::123456789012:role/${id}`, maxSessionDuration: 3600, path: "/" });
    await expect(account.create("iam/role:Role", { assumeRolePolicy }, "x".repeat(57))).rejects.toThrow(
      "is longer than maximum length 64",
    );
    await expect(account.create("iam/role:Role", { assumeRolePolicy, name: "x".repeat(65) })).rejects.toThrow(
      "at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
    );
    await expect(account.create("iam/role:Role", { assumeRolePolicy, name: id })).rejects.toThrow(
      `StatusCode: 409, EntityAlreadyExists: Role with name ${id} already exists.`,
    );
  });

  it.each([
    ["{", "This policy contains invalid Json"],
    [document({ ...statement, Principal: "*" }), "Has prohibited field Resource"],
    [document({ Effect: "Allow", Action: "sts:AssumeRole" }), "Missing required field Principal"],
    [document({ Effect: "allow", Action: "sts:AssumeRole", Principal: "*" }), "Missing required field Effect"],
    [document({ Effect: "Allow", Principal: "*" }), "Missing required field Action"],
    [
      document({
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: "https://oidc.example.com" },
      }),
      "Federated principals must be valid domain names or SAML metadata ARNs",
    ],
  ])("refuses the trust policy %s", async (assumeRolePolicy, message) => {
    await expect(account.create("iam/role:Role", { name: "x", assumeRolePolicy })).rejects.toThrow(
      `MalformedPolicyDocument: ${message}`,
    );
  });

  it("attaches policies that exist to roles that exist, ten of them, and keeps the role while they are", async () => {
    const attach = (name: string, policy: string) =>
      account.create("iam/rolePolicyAttachment:RolePolicyAttachment", {
        role: name,
        policyArn: `arn:aws:iam::aws:policy/${policy}`,
      });
    await expect(attach("none", "AmazonEKSClusterPolicy")).rejects.toThrow("The role with name none cannot be found.");
    const record = await role(account, "cluster", "eks.amazonaws.com", []);
    await expect(attach("cluster", "AmazonEKSClustersPolicy")).rejects.toThrow(
      "NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSClustersPolicy does not exist or is not attachable.",
    );
    const attachment = await attach("cluster", "AmazonEKSClusterPolicy");
    expect(attachment.id).toBe("cluster/arn:aws:iam::aws:policy/AmazonEKSClusterPolicy");
    await expect(account.delete(record)).rejects.toThrow(
      "DeleteConflict: Cannot delete entity, must detach all policies first.",
    );
    await account.delete(attachment);
    const inline = await account.create("iam/rolePolicy:RolePolicy", {
      name: "p",
      role: "cluster",
      policy: document(statement),
    });
    expect(inline.id).toBe("cluster:p");
    await expect(account.delete(record)).rejects.toThrow("must delete policies first");
    const others = Object.values(ManagedPolicy).filter((arn) => arn.startsWith("arn:aws:iam::aws:policy/Amazon"));
    const attachAll = async () => {
      for (const policyArn of others.slice(0, 11)) {
        await account.create("iam/rolePolicyAttachment:RolePolicyAttachment", { role: "cluster", policyArn });
      }
    };
    await expect(attachAll()).rejects.toThrow("LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10");
  });

  it("limits policies in size and refuses principals in them", async () => {
    const long = document({
      ...statement,
      Resource: Array.from({ length: 400 }, (_, n) => `arn:aws:s3:::bucket-${n}/*`),
    });
    await expect(account.create("iam/policy:Policy", { name: "long", policy: long })).rejects.toThrow(
      "LimitExceeded: Cannot exceed quota for PolicySize: 6144",
    );
    const wrong = document({ ...statement, Principal: "*" });
    await expect(account.create("iam/policy:Policy", { name: "wrong", policy: wrong })).rejects.toThrow(
      "Policy document should not specify a principal.",
    );
    await expect(
      account.create("iam/policy:Policy", { name: "wrong", policy: document({ ...statement, Action: "GetObject" }) }),
    ).rejects.toThrow("Actions/Conditions must be prefaced by a vendor");
  });
});

describe("KMS and logs", () => {
  const root = {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::123456789012:root" },
    Action: "kms:*",
    Resource: "*",
  };

  it("keeps a key's policy changeable, and its alias unique", async () => {
    const locked = document({ ...root, Action: "kms:Encrypt" });
    await expect(account.create("kms/key:Key", { policy: locked })).rejects.toThrow(
      "The new key policy will not allow you to update the key policy in the future.",
    );
    const key = await account.create("kms/key:Key", { policy: document(root) });
    expect(key.outputs).toMatchObject({ keyId: key.id, arn: `arn:aws:kms:eu-west-1:123456789012:key/${key.id}` });
    const alias = { name: "alias/platform", targetKeyId: key.id };
    const { outputs } = await account.create("kms/alias:Alias", alias);
    expect(outputs.targetKeyArn).toBe(key.outputs.arn);
    await expect(account.create("kms/alias:Alias", alias)).rejects.toThrow(
      "AlreadyExistsException: An alias with the name",
    );
    await expect(account.create("kms/alias:Alias", { ...alias, name: "platform" })).rejects.toThrow(
      "must start with the prefix",
    );
    await expect(account.create("kms/alias:Alias", { name: "alias/other", targetKeyId: "none" })).rejects.toThrow(
      "NotFoundException",
    );
  });

  it("encrypts log groups with keys that let CloudWatch use them", async () => {
    const closed = await account.create("kms/key:Key", { policy: document(root) });
    const group = (kmsKeyId: unknown) =>
      account.create("cloudwatch/logGroup:LogGroup", { name: "/platform/x", kmsKeyId });
    await expect(group(closed.outputs.arn)).rejects.toThrow(
      "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-west-1:123456789012:log-group:/platform/x'",
    );
    const service = {
      Effect: "Allow",
      Principal: { Service: "logs.eu-west-1.amazonaws.com" },
      Action: "kms:*",
      Resource: "*",
    };
    const open = await account.create("kms/key:Key", { policy: document(root, service) });
    expect((await group(open.outputs.arn)).id).toBe("/platform/x");
    await expect(group(open.outputs.arn)).rejects.toThrow(
      "ResourceAlreadyExistsException: The specified log group already exists",
    );
  });
});

describe("OIDC providers", () => {
  const make = (url: string, more: object = {}) =>
    account.create("iam/openIdConnectProvider:OpenIdConnectProvider", {
      url,
      clientIdLists: ["sts.amazonaws.com"],
      ...more,
    });
  const issuer = "https://container.googleapis.com/v1/projects/p/locations/l/clusters/c";

  it("are named by the issuer's address, and find its certificate themselves", async () => {
    const { id, outputs } = await make(issuer);
    expect(id).toBe(
      "arn:aws:iam::123456789012:oidc-provider/container.googleapis.com/v1/projects/p/locations/l/clusters/c",
    );
    expect(outputs.thumbprintLists).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/)]);
    await expect(make(issuer)).rejects.toThrow(`EntityAlreadyExists: Provider with url ${issuer} already exists.`);
  });

  it("let a role be taken by them", async () => {
    const { id } = await make(issuer);
    const assumeRolePolicy = document({
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: id },
    });
    await expect(account.create("iam/role:Role", { name: "reader", assumeRolePolicy })).resolves.toMatchObject({
      id: "reader",
    });
  });

  it("are a hundred in an account, of a hundred audiences each", async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `audience-${index}`);
    await expect(make(issuer, { clientIdLists: ids(101) })).rejects.toThrow(
      "LimitExceeded: Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
    );
    for (const id of ids(100)) await make(`https://${id}.example.com`);
    await expect(make(issuer)).rejects.toThrow(
      "LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100",
    );
  });
});
