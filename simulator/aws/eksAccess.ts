/** Who may use a cluster (access entries), and what pods may do in AWS (Pod Identity). */
import type { Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { accessPolicies as simulatedPolicies } from "../controlplane/born";
import { missingCluster } from "./eksNodeGroup";
import { trustedActions } from "./policies";
import { eks, first } from "./refusals";
import { regional, type Resource, tagged } from "./resource";
import { arn, findBy, object, text, texts, timestamp } from "./values";

/** https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const accessPolicies = [
  "AmazonEKSAdminPolicy",
  "AmazonEKSClusterAdminPolicy",
  "AmazonEKSAdminViewPolicy",
  "AmazonEKSEditPolicy",
  "AmazonEKSViewPolicy",
  "AmazonEKSAutoNodePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
].map((name) => `arn:aws:eks::aws:cluster-access-policy/${name}`);

const accessEntry: Resource = {
  defaults: () => ({ type: "STANDARD" }),
  uniqueName(inputs) {
    const taken = eks(
      "CreateAccessEntry",
      "ResourceInUseException",
      "The specified access entry resource is already in use on this cluster.",
      409,
    );
    return { scope: text(inputs, "clusterName"), name: text(inputs, "principalArn"), taken };
  },
  refuse(inputs, context) {
    const invalid = (message: string) => eks("CreateAccessEntry", "InvalidParameterException", message);
    const cluster = context.inventory.get("aws:eks/cluster:Cluster", text(inputs, "clusterName"));
    const principal = text(inputs, "principalArn");
    const mode = (cluster?.outputs.accessConfig as { authenticationMode?: string } | undefined)?.authenticationMode;
    const reserved = texts(inputs, "kubernetesGroups").find((group) => group.startsWith("system:"));
    return first(
      !cluster && missingCluster("CreateAccessEntry", text(inputs, "clusterName")),
      mode === "CONFIG_MAP" &&
        eks(
          "CreateAccessEntry",
          "InvalidRequestException",
          "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
        ),
      !/^arn:aws[\w-]*:iam::\d{12}:(role|user)\/.+/.test(principal) &&
        invalid("The specified principalArn is invalid: invalid principal."),
      reserved !== undefined &&
        invalid(`The kubernetes group name ${reserved} is invalid, it cannot start with system:`),
      inputs.type !== "STANDARD" &&
        texts(inputs, "kubernetesGroups").length > 0 &&
        invalid("The kubernetesGroups parameter can only be set for access entries of type STANDARD"),
      principal === callerArn(context) &&
        object(cluster?.outputs ?? {}, "accessConfig").bootstrapClusterCreatorAdminPermissions !== false &&
        eks(
          "CreateAccessEntry",
          "ResourceInUseException",
          "The specified access entry resource is already in use on this cluster.",
          409,
        ),
    );
  },
  create(inputs, context) {
    const clusterName = text(inputs, "clusterName");
    const principal = text(inputs, "principalArn");
    const [, kind = "", name = ""] = /:(role|user)\/(?:.*\/)?(.+)$/.exec(principal) ?? [];
    const session = `arn:aws:sts::${context.account}:assumed-role/${name}/{{SessionName}}`;
    return {
      id: `${clusterName}:${principal}`,
      outputs: {
        accessEntryArn: arn(
          context,
          "eks",
          `access-entry/${clusterName}/${kind}/${context.account}/${name}/${context.hex(8)}`,
        ),
        createdAt: timestamp(),
        modifiedAt: timestamp(),
        kubernetesGroups: texts(inputs, "kubernetesGroups"),
        userName: text(inputs, "userName") || (kind === "role" ? session : principal),
      },
    };
  },
  update: () => ({ modifiedAt: timestamp() }),
};

const accessPolicyAssociation: Resource = {
  refuse(inputs, { inventory }) {
    const { clusterName, principalArn, policyArn } = inputs;
    const entry = inventory.get("aws:eks/accessEntry:AccessEntry", `${String(clusterName)}:${String(principalArn)}`);
    const notFound = (message: string) => eks("AssociateAccessPolicy", "ResourceNotFoundException", message, 404);
    return first(
      !entry &&
        notFound(
          "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
        ),
      !accessPolicies.includes(String(policyArn)) &&
        notFound(
          "The specified policyArn could not be found. You can view the available access policies with 'list-access-policies'.",
        ),
      !Object.keys(simulatedPolicies).includes(String(policyArn).split("/").at(-1) ?? "") &&
        `${String(policyArn)} is for what EKS runs itself, and is not simulated`,
      text(object(inputs, "accessScope"), "type") !== "cluster" &&
        "access policies are simulated for the whole cluster only: accessScope.type has to be cluster",
      entry !== undefined &&
        entry.outputs.type !== "STANDARD" &&
        eks(
          "AssociateAccessPolicy",
          "InvalidRequestException",
          "Access policies can only be associated with access entries of type STANDARD",
        ),
    );
  },
  create: (inputs) => ({
    id: [inputs.clusterName, inputs.principalArn, inputs.policyArn].map(String).join("#"),
    outputs: { associatedAt: timestamp(), modifiedAt: timestamp() },
  }),
};

const podIdentityAssociation: Resource = {
  uniqueName(inputs) {
    const name = `${text(inputs, "namespace")}/${text(inputs, "serviceAccount")}`;
    const taken = eks(
      "CreatePodIdentityAssociation",
      "ResourceInUseException",
      `Association already exists for service account ${name}`,
      409,
    );
    return { scope: text(inputs, "clusterName"), name, taken };
  },
  refuse(inputs, context) {
    const cluster = context.inventory.get("aws:eks/cluster:Cluster", text(inputs, "clusterName"));
    return first(
      !cluster && missingCluster("CreatePodIdentityAssociation", text(inputs, "clusterName")),
      roleProblem(inputs, context),
    );
  },
  create(inputs, context) {
    const associationId = `a-${context.hex(17)}`;
    const associationArn = arn(
      context,
      "eks",
      `podidentityassociation/${text(inputs, "clusterName")}/${associationId}`,
    );
    return {
      id: associationId,
      outputs: {
        associationArn,
        associationId,
        disableSessionTags: inputs.disableSessionTags ?? false,
        externalId: "",
      },
    };
  },
  update(_record, inputs, context) {
    const problem = roleProblem(inputs, context);
    if (problem) throw new Error(problem);
    return {};
  },
};

/** The agent takes the role as pods.eks.amazonaws.com, with tags: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
function roleProblem(inputs: Properties, context: Context): string | undefined {
  const roleArn = text(inputs, "roleArn");
  const role = findBy(context, "aws:iam/role:Role", "arn", roleArn);
  const actions = role ? trustedActions(role, "pods.eks.amazonaws.com") : [];
  const trusted = ["sts:AssumeRole", "sts:TagSession"].every(
    (action) => actions.includes(action) || actions.includes("sts:*"),
  );
  const invalid = (message: string) => eks("CreatePodIdentityAssociation", "InvalidParameterException", message);
  return first(
    !role && invalid(`Role ${roleArn} does not exist`),
    !trusted &&
      invalid(
        `The trust policy of role ${roleArn} must allow pods.eks.amazonaws.com the actions sts:AssumeRole and sts:TagSession`,
      ),
  );
}

/** Who runs `up`: EKS makes an access entry for the cluster's creator by itself. */
export function callerArn({ account }: Pick<Context, "account">): string {
  return `arn:aws:iam::${account}:user/rehearsal`;
}

export const eksAccessBehaviours: Record<string, Resource> = {
  "aws:eks/accessEntry:AccessEntry": regional(tagged(accessEntry)),
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": regional(accessPolicyAssociation),
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": regional(tagged(podIdentityAssociation)),
};
