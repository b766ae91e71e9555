/** Which of several Ingresses' rules a request meets: https://kubernetes.io/docs/concepts/services-networking/ingress/ */
import type { V1HTTPIngressPath, V1Ingress, V1IngressBackend } from "@kubernetes/client-node";
import type { ServiceName } from "./view";

export interface RuleBackend extends ServiceName {
  /** Number or name; undefined where the rule names none. */
  port: number | string | undefined;
}

/** The backend of the most specific rule: by host, then by path; a default backend where no rule fits. */
export function backendFor(ingresses: readonly V1Ingress[], host: string, path: string): RuleBackend | undefined {
  const candidates = ingresses.flatMap((ingress) => {
    const namespace = ingress.metadata?.namespace ?? "";
    const ruled = (ingress.spec?.rules ?? []).flatMap((rule) => {
      const hostRank = rankOfHost(rule.host, host);
      const paths = rule.http?.paths ?? [];
      return paths.map((one) => ({ namespace, backend: one.backend, hostRank, pathRank: rankOfPath(one, path) }));
    });
    const byDefault = ingress.spec?.defaultBackend;
    return byDefault ? [...ruled, { namespace, backend: byDefault, hostRank: 0.5, pathRank: 0 }] : ruled;
  });
  const [best] = candidates
    .filter(({ hostRank, pathRank }) => hostRank > 0 && pathRank >= 0)
    .sort((one, other) => other.hostRank - one.hostRank || other.pathRank - one.pathRank);
  return best && serviceOf(best.backend, best.namespace);
}

/** Longer than any path: the request line of most servers ends before. */
const longestPath = 1_000_000;

/** 0: does not fit. */
function rankOfHost(wanted: string | undefined, host: string): number {
  if (!wanted) return 1;
  if (wanted.toLowerCase() === host) return 3;
  // Of one label more, not of several.
  return wanted.startsWith("*.") && host.replace(/^[^.]+/, "*") === wanted.toLowerCase() ? 2 : 0;
}

/** Below 0: does not fit. A longer path is more specific, the exact one more than any other. */
function rankOfPath({ path: wanted = "/", pathType }: V1HTTPIngressPath, path: string): number {
  if (pathType === "Exact") return wanted === path ? longestPath : -1;
  const whole = wanted.replace(/\/$/, "");
  return path === whole || path.startsWith(`${whole}/`) ? whole.length : -1;
}

function serviceOf({ service }: V1IngressBackend, namespace: string): RuleBackend | undefined {
  return service && { namespace, name: service.name, port: service.port?.number ?? service.port?.name };
}
