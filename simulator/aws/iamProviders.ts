/** OIDC providers, and the roles that AWS services bring with them. */
import { first, iam } from "./refusals";
import { type Resource, tagged } from "./resource";
import { uniqueId } from "./iam";
import { text, texts, timestamp } from "./values";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const limits = { providers: 100, clientIds: 100 };

const openIdConnectProvider: Resource = {
  uniqueName(inputs) {
    const name = text(inputs, "url");
    const taken = iam(
      "CreateOpenIDConnectProvider",
      "EntityAlreadyExists",
      `Provider with url ${name} already exists.`,
      409,
    );
    return { scope: "account", name, taken };
  },
  refuse(inputs, { inventory }) {
    const exceeded = (quota: string, limit: number) =>
      iam("CreateOpenIDConnectProvider", "LimitExceeded", `Cannot exceed quota for ${quota}: ${limit}`, 409);
    const thumbprints = texts(inputs, "thumbprintLists");
    return first(
      !text(inputs, "url").startsWith("https://") &&
        iam("CreateOpenIDConnectProvider", "ValidationError", "Invalid Open ID Connect Provider URL"),
      thumbprints.some((thumbprint) => !/^[0-9a-f]{40}$/i.test(thumbprint)) &&
        iam("CreateOpenIDConnectProvider", "InvalidInput", "Thumbprint must be exactly 40 characters."),
      texts(inputs, "clientIdLists").length > limits.clientIds &&
        exceeded("ClientIdsPerOpenIdConnectProvider", limits.clientIds),
      inventory.list("aws:iam/openIdConnectProvider:OpenIdConnectProvider").length >= limits.providers &&
        exceeded("OpenIdConnectProvidersPerAccount", limits.providers),
    );
  },
  create(inputs, { account, hex }) {
    const id = `arn:aws:iam::${account}:oidc-provider/${text(inputs, "url").replace("https://", "")}`;
    const given = texts(inputs, "thumbprintLists");
    // Where none is given, IAM looks at the issuer's certificate itself.
    return { id, outputs: { arn: id, thumbprintLists: given.length > 0 ? given : [hex(40)] } };
  },
};

const serviceLinkedRole: Resource = {
  uniqueName(inputs) {
    const name = roleName(text(inputs, "awsServiceName"));
    const message = `Service role name ${name} has been taken in this account, please try a different suffix.`;
    return { scope: "account", name, taken: iam("CreateServiceLinkedRole", "InvalidInput", message) };
  },
  create(inputs, context) {
    const service = text(inputs, "awsServiceName");
    const name = roleName(service);
    const path = `/aws-service-role/${service}/`;
    const id = `arn:aws:iam::${context.account}:role${path}${name}`;
    return { id, outputs: { arn: id, createDate: timestamp(), name, path, uniqueId: uniqueId("AROA", context) } };
  },
};

/** `AWSServiceRoleForAmazonEKSNodegroup` and the like; others are close enough to their service's name. */
function roleName(service: string): string {
  const known: Record<string, string> = {
    "eks.amazonaws.com": "AWSServiceRoleForAmazonEKS",
    "eks-nodegroup.amazonaws.com": "AWSServiceRoleForAmazonEKSNodegroup",
    "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
  };
  return known[service] ?? `AWSServiceRoleFor${service.split(".")[0] ?? ""}`;
}

export const iamProviderBehaviours: Record<string, Resource> = {
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": tagged(openIdConnectProvider),
  "aws:iam/serviceLinkedRole:ServiceLinkedRole": tagged(serviceLinkedRole),
};
