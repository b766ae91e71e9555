/** Records of Cloud DNS: one for each host, whose every change is one transaction. */
import { RecordSet, type RecordSetArgs } from "@pulumi/gcp/dns/recordSet";
import { Provider } from "@pulumi/gcp/provider";
import { projectId } from "../../../components/clouds/gcp/project";
import { zoneOf } from "../../../components/clouds/gcp/zone";
import type { Address } from "./address";
import type { Place } from "./program";
import type { Held, Zone } from "./way";

export async function records({ region, zone, hosts }: Place, held: Held): Promise<void> {
  const id = projectId();
  const provider = new Provider("gcp", { project: id, region });
  const managedZone = await zoneOf(zone.domain, { id, number: "" }, provider);
  for (const host of hosts) {
    new RecordSet(
      host,
      { managedZone, name: `${host}.`, ttl: held.ttlSeconds, ...answer(zone, held) },
      { provider, retainOnDelete: held.kept },
    );
  }
}

function answer(zone: Zone, { answers }: Held): Pick<RecordSetArgs, "type" | "rrdatas" | "routingPolicy"> {
  const { source, target } = answers;
  if (source !== undefined && target !== undefined) {
    const wrrs = (["source", "target"] as const).map((side) => ({
      weight: answers[side] ?? 0,
      rrdatas: [zone[side].value],
    }));
    return { type: "A", routingPolicy: { wrrs } };
  }
  const { kind, value }: Address = source === undefined ? zone.target : zone.source;
  return kind === "ip" ? { type: "A", rrdatas: [value] } : { type: "CNAME", rrdatas: [`${value}.`] };
}
