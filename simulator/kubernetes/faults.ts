/** What goes wrong on request when an object or a release is made. */
import type { FaultyOptions } from "../cloud/faulty";
import type { CreateRequest } from "../provider";

const releaseType = "kubernetes:helm.sh/v3:Release";

/**
 * The API server's own words where it answers (NewTooManyRequests of apimachinery's errors, the ResourceQuota plugin of
 * its admission), pulumi-kubernetes' where it waits (provider/pkg/await, provider/pkg/provider/helm_release.go).
 */
export const kubernetesFaults: Pick<FaultyOptions, "messages" | "takesBack"> = {
  messages: {
    throttle: () => "the server has received too many requests and has asked us to try again later",
    quota: (request) => `${what(request)} is forbidden: exceeded quota`,
    timeout: (request) =>
      isAtomic(request)
        ? `release ${request.name} failed, and has been uninstalled due to atomic being set: context deadline exceeded`
        : `${what(request)}: timed out waiting for it to be ready`,
    partial: (request) =>
      `resource "${request.urn}" was successfully created, but the Kubernetes API server reported that it failed to ` +
      `fully initialize or become live: connection refused`,
    crash: (request) => `the engine ended while ${what(request)} was being created`,
  },
  takesBack: isAtomic,
};

function isAtomic({ type, inputs }: CreateRequest): boolean {
  return type === releaseType && inputs["atomic"] === true;
}

function what({ type, name }: CreateRequest): string {
  return `${type.split(":").at(-1)} "${name}"`;
}
