/** Services: how they are reached from outside, and what they reach. */
import type { V1ServiceSpec, V1ServiceStatus } from "@kubernetes/client-node";
import type { Manifest } from "../../../validate/model";
import { takenAway } from "../maps";
import { cloudHost, cloudOfServiceAnnotation, internalBalancer, isInternal } from "../clouds/marks";
import type { Check, CheckInput, Report } from "../report";
import { ofKind, specOf } from "../view";

export const checkServices: Check = (input, report) => {
  for (const service of ofKind(input.view.mine, "", "Service")) {
    const spec = specOf<V1ServiceSpec>(service);
    annotations(service, spec, input, report);
    if (spec.type === "LoadBalancer") balancer(service, spec, input, report);
    nodePorts(service, spec, report);
    if (spec.type === "ExternalName" && spec.externalName !== undefined) external(service, spec.externalName, report);
  }
};

function annotations(service: Manifest, { type }: V1ServiceSpec, { target }: CheckInput, report: Report): void {
  const given = service.metadata.annotations ?? {};
  const foreign = Object.keys(given).filter((key) => {
    const owner = cloudOfServiceAnnotation(key);
    return owner !== undefined && owner !== target.cloud;
  });
  if (foreign.length === 0) return;
  const internal = type === "LoadBalancer" && isInternal(given) && target.cloud !== "local";
  const own = internal ? internalBalancer[target.cloud as keyof typeof internalBalancer] : {};
  const patch = { ...takenAway(foreign), ...own };
  const removed = `${foreign.join(", ")} → `;
  report.adapted(
    "load-balancer-annotation",
    service,
    {
      field: "metadata.annotations",
      what: "only the source's load balancer reads them",
      then: `${removed}${
        internal
          ? Object.entries(own)
              .map(([key, value]) => `${key}: ${value}`)
              .join(", ")
          : "taken away"
      }`,
    },
    { patch: { metadata: { annotations: patch } } },
  );
}

function balancer(service: Manifest, spec: V1ServiceSpec, { source, target }: CheckInput, report: Report): void {
  const { loadBalancerIP, loadBalancerClass, loadBalancerSourceRanges = [] } = spec;
  report.note("load-balancer", service, {
    what: ["a load balancer of its own", ...addressesOf(service).map((address) => `at ${address}`)].join(", "),
    then: `${target.cloud} gives it another address: whoever names the old one has to be told, unless a DNS record does`,
  });
  if (loadBalancerIP !== undefined) {
    report.adapted(
      "load-balancer-address",
      service,
      {
        field: "spec.loadBalancerIP",
        what: `${loadBalancerIP} is an address of ${source.cloud}`,
        then: "taken away: the target gives one",
      },
      { patch: { spec: { loadBalancerIP: null } } },
    );
  }
  if (loadBalancerClass !== undefined) {
    report.adapted(
      "load-balancer-class",
      service,
      {
        field: "spec.loadBalancerClass",
        what: `${loadBalancerClass} is a controller of ${source.cloud}`,
        then: "taken away: the target's own serves it",
      },
      { patch: { spec: { loadBalancerClass: null } } },
    );
  }
  const { cidr } = source.config.network;
  if (loadBalancerSourceRanges.includes(cidr)) {
    const ranges = loadBalancerSourceRanges.map((range) => (range === cidr ? target.config.network.cidr : range));
    report.adapted(
      "network-policy-range",
      service,
      {
        field: "spec.loadBalancerSourceRanges",
        what: `${cidr} is the source's network`,
        then: `${cidr} → ${target.config.network.cidr}`,
      },
      { patch: { spec: { loadBalancerSourceRanges: ranges } } },
    );
  }
}

function addressesOf(service: Manifest): (string | undefined)[] {
  const status = service["status"] as V1ServiceStatus | undefined;
  return status?.loadBalancer?.ingress?.map(({ ip, hostname }) => hostname ?? ip) ?? [];
}

function nodePorts(service: Manifest, { type, ports = [] }: V1ServiceSpec, report: Report): void {
  if (type !== "NodePort") return;
  const numbers = ports.flatMap(({ nodePort }) => nodePort ?? []);
  report.note("node-port", service, {
    field: "spec.ports",
    what: `ports ${numbers.join(", ")} of every node`,
    then: "the ports stay, the nodes' addresses do not: whoever names a node has to name one of the target",
  });
}

function external(service: Manifest, host: string, report: Report): void {
  const found = cloudHost(host);
  const inside = found ?? (/^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(host) ? { host } : undefined);
  report.note("external-name", service, {
    field: "spec.externalName",
    what: inside
      ? `${host} is a service inside of the source's network or cloud, which is not moved`
      : `it stands for ${host}`,
    then: inside
      ? "see that the target's nodes reach it (a connection between the networks, its firewall), or move it first"
      : "nothing, where that host is open to everyone",
  });
}
