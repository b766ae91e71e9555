/** The simulated Google Cloud as a provider. */
import type { ClusterHost } from "../cloud/behaviour";
import type { Clock } from "../cloud/clock";
import type { FaultKind, Faults } from "../cloud/faults";
import { CloudProvider } from "../cloud/provider";
import type { Store } from "../cloud/store";
import * as schema from "../schema";
import { gcpBehaviours, gcpInvokes } from "./index";

export interface GcpOptions {
  store: Store;
  clusters: ClusterHost;
  clock: Clock;
  faults: Faults;
  /** Domains that have a DNS zone in the project. */
  domains: string[];
  crash(): void;
}

/** The project of a rehearsal that names none. */
export const rehearsedProject = "platform-rehearsal";

export function gcpProvider({ domains, ...options }: GcpOptions): CloudProvider {
  return new CloudProvider({
    ...options,
    name: "gcp",
    version: "9.37.0",
    account: rehearsedProject,
    schema,
    behaviours: gcpBehaviours,
    invokes: gcpInvokes(domains),
    faultMessages,
    // Many resources have none: those that need one are refused without.
    region: ({ region }) => (typeof region === "string" ? region : ""),
  });
}

/**
 * Faults as terraform-provider-google-beta tells them. Words: of throttling what it says when its retries are used up, of
 * quotas Compute Engine's, of timeouts the operations' waiters (google-beta/tpgresource/common_operation.go), of parts that
 * fail an internal error of a later call.
 */
const faultMessages: Record<FaultKind, (type: string) => string> = {
  throttle: (type) =>
    `Error creating ${resource(type)}: googleapi: Error 403: Quota exceeded for quota metric 'Queries' and limit 'Queries per ` +
    `minute' of service '${service(type)}.googleapis.com' for consumer 'project_number:100000000000'., rateLimitExceeded`,
  quota: (type) =>
    `Error creating ${resource(type)}: googleapi: Error 403: Quota '${resource(type).toUpperCase()}S' exceeded.  Limit: 0.0 globally., quotaExceeded`,
  timeout: (type) =>
    `Error waiting for creating ${resource(type)}: timeout while waiting for state to become 'done: true' (last state: 'done: false')`,
  partial: (type) =>
    `Error setting labels of ${resource(type)}: googleapi: Error 500: Internal error encountered., backendError`,
  crash: (type) => `the engine ended while ${resource(type)} was being created`,
};

const service = (type: string) => type.split(":")[1]?.split("/")[0] ?? "";
const resource = (type: string) => type.split(":")[2] ?? type;
