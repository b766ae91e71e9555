/** Records of Route 53. */
import { getHostedZoneIdOutput } from "@pulumi/aws/lb/getHostedZoneId";
import { Provider } from "@pulumi/aws/provider";
import { getZoneOutput } from "@pulumi/aws/route53/getZone";
import { Record as DnsRecord, type RecordArgs } from "@pulumi/aws/route53/record";
import type * as pulumi from "@pulumi/pulumi";
import type { Address } from "./address";
import type { Place } from "./program";
import type { Held } from "./way";

export function records({ region, zone, hosts }: Place, held: Held): void {
  const provider = new Provider("aws", { region });
  const { zoneId } = getZoneOutput({ name: zone.domain, privateZone: false }, { provider });
  const balancers = getHostedZoneIdOutput({ region }, { provider }).id;
  for (const host of hosts) {
    let before: pulumi.Resource | undefined;
    for (const side of ["source", "target"] as const) {
      const weight = held.answers[side];
      if (weight === undefined) continue;
      before = new DnsRecord(
        `${host}-${side}`,
        {
          zoneId,
          name: host,
          type: "A",
          ...answer(zone[side], balancers, held),
          ...(held.weighted ? { setIdentifier: side, weightedRoutingPolicies: [{ weight }] } : {}),
          // external-dns has written one: it is changed, not deleted and made anew.
          allowOverwrite: true,
        },
        // A second one is refused while the first is not weighted.
        { provider, retainOnDelete: held.kept, ...(before ? { dependsOn: [before] } : {}) },
      );
    }
  }
}

/** A load balancer by its alias, which has no time to live of its own. */
function answer(
  { kind, value }: Address,
  zoneId: pulumi.Output<string>,
  { ttlSeconds, kept }: Held,
): Partial<RecordArgs> {
  if (kind === "ip") return { ttl: ttlSeconds, records: [value] };
  // Unhealthy load balancers would give their share to one that has none, too soon. external-dns sets it, and gets it back.
  return { aliases: [{ name: value, zoneId, evaluateTargetHealth: kept }] };
}
