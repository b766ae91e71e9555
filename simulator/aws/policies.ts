/** IAM's policy documents: what makes one malformed, and whom it lets in. */
import type { CloudRecord } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { text } from "./values";

interface Statement {
  Effect?: unknown;
  Action?: unknown;
  NotAction?: unknown;
  Resource?: unknown;
  NotResource?: unknown;
  Principal?: unknown;
  NotPrincipal?: unknown;
}

/** `trust`: who may take a role; `identity`: what a role may do; `resource`: who may do what with a bucket or key. */
export type PolicyKind = "trust" | "identity" | "resource";

/**
 * What is wrong with a policy document, in IAM's words; undefined where nothing is.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function policyProblem(document: string, kind: PolicyKind): string | undefined {
  const statements = statementsOf(document);
  if (!statements) return "This policy contains invalid Json";
  if (statements.length === 0) return "Missing required field Statement";
  for (const statement of statements) {
    if (statement.Effect !== "Allow" && statement.Effect !== "Deny") return "Missing required field Effect";
    if (!present(statement.Action) && !present(statement.NotAction)) return "Missing required field Action";
    const principal = statement.Principal !== undefined || statement.NotPrincipal !== undefined;
    const resource = present(statement.Resource) || present(statement.NotResource);
    if (kind === "identity" && principal) return "Policy document should not specify a principal.";
    if (kind !== "identity" && !principal) return "Missing required field Principal";
    if (kind === "trust" && resource) return "Has prohibited field Resource";
    if (kind === "trust" && !federatedOf(statement.Principal).every(isFederated)) {
      return "Federated principals must be valid domain names or SAML metadata ARNs";
    }
    if (kind !== "trust" && !resource) return "Policy statement must contain resources.";
    const unknownAction = list(statement.Action).find((action) => !/^(\*|[a-z0-9-]+:[\w*?-]+)$/i.test(action));
    if (unknownAction) return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  }
  return undefined;
}

/** Whether a role's trust policy lets a service take it. */
export function trusts(role: CloudRecord, service: string): boolean {
  return (statementsOf(text(role.outputs, "assumeRolePolicy")) ?? []).some(
    ({ Effect, Principal }) => Effect === "Allow" && servicesOf(Principal).includes(service),
  );
}

/** Actions that a role's trust policy allows a service. */
export function trustedActions(role: CloudRecord, service: string): string[] {
  return (statementsOf(text(role.outputs, "assumeRolePolicy")) ?? [])
    .filter(({ Effect, Principal }) => Effect === "Allow" && servicesOf(Principal).includes(service))
    .flatMap(({ Action }) => list(Action));
}

/** The statements of a document; undefined where it is no JSON object. */
export function statementsOf(document: string): Statement[] | undefined {
  try {
    const { Statement } = JSON.parse(document) as { Statement?: Statement | Statement[] };
    return Statement === undefined ? [] : [Statement].flat();
  } catch {
    return undefined;
  }
}

/** A property that may be written as text or as an object, as text. */
export function documentOf(inputs: Properties, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** The services among a statement's principals. */
export function servicesOf(principal: unknown): string[] {
  if (typeof principal !== "object" || principal === null) return [];
  return list((principal as { Service?: unknown }).Service);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity */
function isFederated(principal: string): boolean {
  return (
    /^arn:aws[a-z-]*:iam::\d{12}:(saml|oidc)-provider\/.+$/.test(principal) || /^[a-z0-9.-]+\.[a-z]+$/.test(principal)
  );
}

function federatedOf(principal: unknown): string[] {
  if (typeof principal !== "object" || principal === null) return [];
  return list((principal as { Federated?: unknown }).Federated);
}

function present(value: unknown): boolean {
  return list(value).length > 0;
}

export function list(value: unknown): string[] {
  return [value].flat().filter((item): item is string => typeof item === "string");
}
