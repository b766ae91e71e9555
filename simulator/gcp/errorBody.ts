/** Errors as Google's APIs answer them: https://cloud.google.com/apis/design/errors#http_mapping */

const statuses: Record<number, string> = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  501: "UNIMPLEMENTED",
};

/** Of most APIs. */
export function errorBody(code: number, message: string): object {
  return { error: { code, message, status: statuses[code] } };
}

/** Of Cloud Storage: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
export function storageErrorBody(code: number, message: string, reason: string): object {
  return { error: { code, message, errors: [{ message, domain: "global", reason }] } };
}
