/** Addresses of state backends. */

/** Why `pulumi login` would not take the text; undefined where it would. */
export function backendProblem(text: string): string | undefined {
  if (/^(bucket|pulumi|(s3|azblob|gs|file|https|postgres):\/\/.+)$/.test(text)) {
    return /^[a-z0-9]+:\/\/[^/?]*:[^/?]*@/.test(text) ? "has a password in it; leave it out" : undefined;
  }
  return "is no address of a state backend; write bucket, pulumi, s3://…, azblob://…, gs://…, file://… or https://…";
}
