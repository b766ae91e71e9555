/**
 * Errors as google-api-go-client writes them (`googleapi.Error`), and so as the provider hands them on to the user:
 * status, message and the reason of the first detail. The request id that Google adds is left out, as it is new every time.
 *
 * Messages are those that users have quoted, with the place beside them; where nobody has quoted one, it is what Google's
 * documentation of the rule says, and only its sense is to be relied on.
 */
export { first } from "../cloud/values";

export function googleError(status: number, message: string, reason: string): string {
  return `googleapi: Error ${status}: ${message}, ${reason}`;
}

export function invalid(message: string): string {
  return googleError(400, message, "invalid");
}

export function badRequest(message: string): string {
  return googleError(400, message, "badRequest");
}

/** Of Compute Engine: `The resource 'projects/…' already exists`. */
export function exists(operation: string, id: string): string {
  return `Error creating ${operation}: ${googleError(409, `The resource '${id}' already exists`, "alreadyExists")}`;
}

/** Of Compute Engine: `The resource 'projects/…' was not found`. */
export function notFound(operation: string, id: string): string {
  return `${operation}: ${googleError(404, `The resource '${id}' was not found`, "notFound")}`;
}

/** https://github.com/hashicorp/terraform-provider-google/issues/5948 and many others. */
export function inUse(what: string, kind: string, id: string, user: string): string {
  const message = `The ${kind} resource '${id}' is already being used by '${user}'`;
  return `Error waiting for Deleting ${what}: ${googleError(400, message, "resourceInUseByAnotherResource")}`;
}

/** Of Compute Engine. */
export function quotaExceeded(what: string, metric: string, limit: number, where: string): string {
  const message = `Quota '${metric}' exceeded.  Limit: ${limit.toFixed(1)} ${where}.`;
  return `Error creating ${what}: ${googleError(403, message, "quotaExceeded")}`;
}
