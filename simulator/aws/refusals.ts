/**
 * Errors as the AWS SDK for Go 2 writes them, and so as the provider hands them on to the user; the request id is left
 * out, as it is new every time. Errors that a service's API model names are written with their name only, all others
 * (the whole of EC2) as `api error <code>`.
 *
 * Source: aws-sdk-go-v2 (`transport/http.ResponseError`, `smithy.GenericAPIError`); codes and words of EC2 from
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, those of other services from their
 * models in botocore 1.44.5 and from errors that users report.
 */
export { first } from "../cloud/values";

type Refusal = (operation: string, code: string, message: string, status?: number) => string;

function service(name: string, modelled: boolean): Refusal {
  return (operation, code, message, status = 400) =>
    `operation error ${name}: ${operation}, https response error StatusCode: ${status}, ` +
    `${modelled ? "" : "api error "}${code}: ${message}`;
}

export const ec2 = service("EC2", false);
export const iam = service("IAM", true);
export const eks = service("EKS", true);
export const kms = service("KMS", true);
export const elb = service("Elastic Load Balancing v2", true);
export const acm = service("ACM", true);
export const route53 = service("Route 53", true);
export const wafv2 = service("WAFV2", true);
export const s3 = service("S3", true);
export const efs = service("EFS", true);
export const logs = service("CloudWatch Logs", true);
