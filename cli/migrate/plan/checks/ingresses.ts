/** Ingresses and Gateways: classes, annotations, host names, certificates. */
import type { V1IngressSpec } from "@kubernetes/client-node";
import { isRecord, records, valueAt, type Manifest } from "../../../validate/model";
import { ingressClasses } from "../../../validate/program";
import { cloudOfIngressAnnotation, logIn } from "../clouds/marks";
import { takenAway } from "../maps";
import type { Check, CheckInput, Report } from "../report";
import { nameOf, ofKind, specOf } from "../view";

/** Class that an Ingress gets which named one of a cloud's: as Traefik serves it on every cloud. */
const replacement = "traefik";

const oldAnnotation = "kubernetes.io/ingress.class";

export const checkIngresses: Check = (input, report) => {
  for (const ingress of ofKind(input.view.mine, "networking.k8s.io", "Ingress")) {
    className(ingress, report);
    annotations(ingress, input, report);
    hosts(ingress, input, report);
  }
  for (const gateway of ofKind(input.view.mine, "gateway.networking.k8s.io", "Gateway")) {
    const name = String(valueAt(gateway, ["spec", "gatewayClassName"]));
    report.blocking("gateway-class", gateway, {
      field: "spec.gatewayClassName",
      what: `${name}: the platform has no controller for Gateways`,
      then: "write an Ingress of class traefik or nginx that routes the same, or install a controller on the target and accept this",
    });
  }
};

function className(ingress: Manifest, report: Report): void {
  const { ingressClassName } = specOf<V1IngressSpec>(ingress);
  const old = ingress.metadata.annotations?.[oldAnnotation];
  const name = ingressClassName ?? old;
  if (name !== undefined && ingressClasses.includes(name)) return;
  if (name === undefined) {
    report.adapted(
      "ingress-class",
      ingress,
      {
        field: "spec.ingressClassName",
        what: "it names no class, and the target has no default",
        then: `none → ${replacement}`,
      },
      { patch: { spec: { ingressClassName: replacement } } },
    );
    return;
  }
  report.adapted(
    "ingress-class",
    ingress,
    {
      field: ingressClassName === undefined ? `metadata.annotations["${oldAnnotation}"]` : "spec.ingressClassName",
      what: `the target has the classes ${ingressClasses.join(" and ")}`,
      then: `${name} → ${replacement}`,
    },
    {
      patch: {
        spec: { ingressClassName: replacement },
        ...(old === undefined ? {} : { metadata: { annotations: { [oldAnnotation]: null } } }),
      },
    },
  );
}

function annotations(ingress: Manifest, { target }: CheckInput, report: Report): void {
  const given = Object.keys(ingress.metadata.annotations ?? {});
  const guarded = given.filter((key) => logIn.test(key));
  if (guarded.length > 0) {
    report.blocking("ingress-authentication", ingress, {
      field: "metadata.annotations",
      what: `${guarded.join(", ")}: on the target everyone would be let in without a log-in`,
      then: "have the application or a proxy in the cluster ask for the log-in, and take the annotations away",
    });
  }
  const foreign = given.filter((key) => {
    const owner = cloudOfIngressAnnotation(key);
    return owner !== undefined && owner !== target.cloud && !logIn.test(key);
  });
  if (foreign.length === 0) return;
  report.adapted(
    "ingress-annotation",
    ingress,
    {
      field: "metadata.annotations",
      what: "only the source's ingress controller reads them",
      then: `${foreign.join(", ")} → taken away`,
    },
    { patch: { metadata: { annotations: takenAway(foreign) } } },
  );
}

/** Hosts of the stack's domain are switched by the cutover; others are somebody else's. */
function hosts(ingress: Manifest, { source: { config } }: CheckInput, report: Report): void {
  const { rules = [], tls = [] } = specOf<V1IngressSpec>(ingress);
  const names = [...new Set([...rules.map(({ host }) => host), ...tls.flatMap((one) => one.hosts ?? [])])].flatMap(
    (host) => host ?? [],
  );
  const foreign = names.filter(
    (host) => config.domain === undefined || (host !== config.domain && !host.endsWith(`.${config.domain}`)),
  );
  for (const host of foreign) {
    report.note("host-outside-domain", `${host} (${nameOf(ingress)})`, {
      field: "spec.rules",
      what: `${config.domain === undefined ? "the stack has no domain" : `not in ${config.domain}`}: the cutover does not switch its record`,
      then: "switch it yourself when the cutover asks for it; lower its TTL the day before",
    });
  }
}

const solvers: Record<string, string> = { route53: "aws", cloudDNS: "gcp", azureDNS: "azure" };

/** cert-manager's own objects: https://cert-manager.io/docs/configuration/acme/dns01/ */
export const checkIssuers: Check = ({ view, target }, report) => {
  for (const issuer of ofKind(view.mine, "cert-manager.io", "Issuer", "ClusterIssuer")) {
    const names = records(valueAt(issuer, ["spec", "acme", "solvers"])).flatMap((solver) => {
      const dns = solver["dns01"];
      return isRecord(dns) ? Object.keys(dns) : [];
    });
    const foreign = names.filter((name) => solvers[name] !== undefined && solvers[name] !== target.cloud);
    if (foreign.length === 0) continue;
    report.blocking("issuer-solver", issuer, {
      field: "spec.acme.solvers",
      what: `${foreign.join(", ")}: the target's identity has no right to write there, and certificates would not be renewed`,
      then: "solve by HTTP-01, or use the platform's own certificates (domain, tls), or accept it: certificates come along and last until they expire",
    });
  }
};

/** Rules that name addresses of the source's network, such as its nodes' or its load balancer's. */
export const checkPolicyRanges: Check = ({ view, source, target }, report) => {
  const [from, to] = [source.config.network.cidr, target.config.network.cidr];
  const replaced = (value: unknown): unknown => {
    if (value === from) return to;
    if (Array.isArray(value)) return value.map(replaced);
    if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one)]));
    return value;
  };
  for (const policy of ofKind(view.mine, "networking.k8s.io", "NetworkPolicy")) {
    const spec = specOf<Record<string, unknown>>(policy);
    const changed = replaced(spec) as Record<string, unknown>;
    if (JSON.stringify(changed) === JSON.stringify(spec)) continue;
    const { ingress, egress } = changed;
    report.adapted(
      "network-policy-range",
      policy,
      { field: "spec", what: `${from} is the source's network`, then: `${from} → ${to}` },
      { patch: { spec: { ...(ingress ? { ingress } : {}), ...(egress ? { egress } : {}) } } },
    );
  }
};
