/** The simulated AWS as a provider. */
import type { ClusterHost } from "../cloud/behaviour";
import type { Clock } from "../cloud/clock";
import type { FaultKind, Faults } from "../cloud/faults";
import { CloudProvider } from "../cloud/provider";
import type { Store } from "../cloud/store";
import * as schema from "../schema";
import { awsBehaviours, awsInvokes } from "./index";

export interface AwsOptions {
  store: Store;
  clusters: ClusterHost;
  clock: Clock;
  faults: Faults;
  crash(): void;
}

/** The account of a rehearsal. */
export const rehearsedAccount = "123456789012";

export function awsProvider(options: AwsOptions): CloudProvider {
  return new CloudProvider({
    ...options,
    name: "aws",
    version: "7.48.0",
    account: rehearsedAccount,
    schema,
    behaviours: awsBehaviours,
    invokes: awsInvokes,
    faultMessages,
    // `VerifyAccountIDAllowed` of github.com/hashicorp/aws-sdk-go-base
    refuseConfig: ({ allowedAccountIds }) =>
      Array.isArray(allowedAccountIds) && !allowedAccountIds.includes(rehearsedAccount)
        ? `AWS account ID not allowed: ${rehearsedAccount}`
        : undefined,
    region: ({ region }) => (typeof region === "string" ? region : undefined),
  });
}

/**
 * Faults as terraform-provider-aws tells them: the AWS SDK for Go v2's "operation error" with the API's error code, and
 * the wait errors of its retry package (`timeout while waiting for state to become …`).
 */
const faultMessages: Record<FaultKind, (type: string) => string> = {
  throttle: (type) =>
    `${operation(type)}: exceeded maximum number of attempts, 25, https response error StatusCode: 400, ` +
    `api error ThrottlingException: Rate exceeded`,
  quota: (type) =>
    `${operation(type)}: https response error StatusCode: 400, api error LimitExceeded: ` +
    `the account's quota for this resource in this region is used up (Service Quotas console)`,
  timeout: (type) =>
    `waiting for ${resource(type)} create: timeout while waiting for state to become 'available' (last state: 'pending')`,
  partial: (type) =>
    `setting ${resource(type)} tags: ${service(type)}: TagResource: https response error StatusCode: 500, api error ` +
    `InternalError: An internal error has occurred`,
  crash: (type) => `the engine ended while ${resource(type)} was being created`,
};

const operation = (type: string) => `operation error ${service(type)}: Create${resource(type)}`;
const service = (type: string) => (type.split(":")[1]?.split("/")[0] ?? "").toUpperCase();
const resource = (type: string) => type.split(":")[2] ?? type;
