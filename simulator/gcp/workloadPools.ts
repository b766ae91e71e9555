/**
 * Pools of workload identities, and who says which identities there are in one. Both are kept for 30 days when they are
 * deleted, and so are their ids: https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools/create
 */
import type { Context } from "../cloud/behaviour";
import { map, object, text } from "../cloud/values";
import type { Properties } from "../provider";
import { badRequest, first, googleError } from "./refusals";
import { owned, projectNumber, projectOf, type Resource } from "./resource";

const poolType = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool";

const keptSeconds = 30 * 24 * 3600;

/** Words: https://github.com/terraform-google-modules/terraform-google-github-actions-runners/issues/49 */
const taken = (what: string) => `Error creating ${what}: googleapi: Error 409: Requested entity already exists`;

const pool: Resource = {
  uniqueName: (inputs, context) => ({
    scope: "project",
    name: poolId(inputs, context),
    taken: taken("WorkloadIdentityPool"),
  }),
  create: (inputs, context) => ({
    id: poolId(inputs, context),
    outputs: { name: named(poolId(inputs, context), inputs, context), state: "ACTIVE" },
  }),
  leaves: () => ({ seconds: keptSeconds, taken: taken("WorkloadIdentityPool") }),
};

const kinds = ["aws", "oidc", "saml", "x509"];

const provider: Resource = {
  uniqueName: (inputs, context) => ({
    scope: "project",
    name: providerId(inputs, context),
    taken: taken("WorkloadIdentityPoolProvider"),
  }),
  refuse: (inputs, context) =>
    first(
      // `ExactlyOneOf` in google-beta/services/iambeta/resource_iam_workload_identity_pool_provider.go
      kinds.filter((kind) => inputs[kind] !== undefined).length !== 1 &&
        "only one of `aws,oidc,saml,x509` can be specified",
      !context.inventory.get(poolType, poolId(inputs, context)) &&
        `Error creating WorkloadIdentityPoolProvider: ${googleError(404, "Requested entity was not found.", "notFound")}`,
      oidcProblem(inputs),
    ),
  create: (inputs, context) => ({
    id: providerId(inputs, context),
    outputs: { name: named(providerId(inputs, context), inputs, context), state: "ACTIVE" },
  }),
  update(_record, inputs) {
    const problem = oidcProblem(inputs);
    if (problem) throw new Error(problem);
    return {};
  },
  leaves: () => ({ seconds: keptSeconds, taken: taken("WorkloadIdentityPoolProvider") }),
};

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers: in these words or others. */
function oidcProblem(inputs: Properties): string | undefined {
  if (inputs.oidc === undefined) return undefined;
  const refuse = (message: string) => `Error creating WorkloadIdentityPoolProvider: ${badRequest(message)}`;
  return first(
    map(inputs, "attributeMapping")["google.subject"] === undefined &&
      refuse("The mapping for google.subject is required."),
    !text(object(inputs, "oidc"), "issuerUri").startsWith("https://") &&
      refuse("The issuer URI must be a valid URI that uses the HTTPS scheme."),
  );
}

function poolId(inputs: Properties, context: Context): string {
  return `projects/${projectOf(inputs, context)}/locations/global/workloadIdentityPools/${text(inputs, "workloadIdentityPoolId")}`;
}

function providerId(inputs: Properties, context: Context): string {
  return `${poolId(inputs, context)}/providers/${text(inputs, "workloadIdentityPoolProviderId")}`;
}

/** Google's own name has the project's number in place of its id. */
function named(id: string, inputs: Properties, context: Context): string {
  const project = projectOf(inputs, context);
  return id.replace(`projects/${project}/`, `projects/${projectNumber(project)}/`);
}

/**
 * Whether there is the pool that a member of a policy names: `principal://iam.googleapis.com/projects/…/subject/…`. GKE's
 * own, `<project>.svc.id.goog`, is none of these.
 */
export function poolExists(member: string, { inventory }: Context): boolean {
  const path = member.split("://iam.googleapis.com/")[1] ?? "";
  const [, name = ""] = /^(projects\/\d+\/locations\/global\/workloadIdentityPools\/[^/]+)\//.exec(path) ?? [];
  return name.endsWith(".svc.id.goog") || inventory.list(poolType).some(({ outputs }) => outputs.name === name);
}

export const workloadPoolBehaviours: Record<string, Resource> = {
  [poolType]: owned(pool),
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": owned(provider),
};
