/** The zones of the simulated clouds, as external-dns of the clusters has its names in them. */
import type { ClusterRequest } from "../cloud/behaviour";
import type { Store } from "../cloud/store";
import type { DnsOwner, DnsZones, NamedHost } from "../controlplane/standins/externalDns";
import { zoneChanges } from "./externalDns";
import { recordTypes } from "./records";

export class Zones implements DnsZones {
  private readonly told = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly log: (line: string) => void,
  ) {}

  sync({ id, name, cloud }: ClusterRequest, { owner, zone, domain }: DnsOwner, names: NamedHost[]): void {
    if (cloud === "local") return;
    // A Google cluster's id names its project first.
    const project = id.split("/")[1] ?? "";
    const resources = this.store.list(recordTypes[cloud]);
    const changes = zoneChanges({ cloud, id: zone, domain, project }, owner, names, resources);
    for (const resource of changes.put) this.store.put(resource);
    for (const resource of changes.remove) this.store.remove(resource.type, resource.id);
    for (const skipped of changes.skipped) {
      const line = `${name}: external-dns leaves a record as it is: ${skipped}`;
      if (!this.told.has(line)) this.log(line);
      this.told.add(line);
    }
  }
}
