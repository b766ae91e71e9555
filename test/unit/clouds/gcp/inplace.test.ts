/** What may be changed of a live stack without a resource being made anew. */
import { expect, it } from "vitest";

import type { PlatformConfig } from "../../../../components/config/types";
import { compare } from "../../../../simulator/schema";
import { dev, prod, up, usual } from "./google";

const before = usual.dev;
const nodes = { ...dev().nodes, min: 3, max: 6, vcpu: 8, memoryGiB: 32 };
const { access, backup } = dev();

it.each<[string, PlatformConfig]>([
  ["the environment", dev({ environment: "staging", protect: true })],
  ["the version", dev({ kubernetesVersion: "1.36" })],
  ["size and number of the nodes", dev({ nodes })],
  ["zones", dev({ nodes: { ...dev().nodes, zones: prod().nodes.zones } })],
  ["NAT", dev({ network: { ...dev().network, nat: "zonal" } })],
  ["tags", dev({ tags: { ...dev().tags, team: "platform" } })],
  [
    "who has access",
    dev({ access: { ...access, private: true, authorizedNetworks: [], adminGroups: ["b@example.com"] } }),
  ],
  ["a domain", dev({ domain: prod().domain, tls: { enabled: true } })],
  ["shared volumes", dev({ storage: { shared: true } })],
  ["how long backups are kept and locked", dev({ backup: { ...backup, retentionDays: 60, lock: "governance" } })],
  ["maintenance", dev({ maintenance: { days: ["Saturday", "Sunday"], start: "02:00", hours: 6 } })],
])("%s can be changed in place", async (_, config) => {
  const [{ recording: old }, { recording: now }] = [await before(), await up(config)];
  const changes = now.all().flatMap(({ type, name, inputs, ignoreChanges = [] }) => {
    const was = type.startsWith("gcp:") && old.ofType(type).find((one) => one.name === name);
    if (!was) return [];
    const { replaces, unsourced, updates } = compare(type, was.inputs, inputs);
    const bad = [...replaces, ...unsourced].filter((path) => !ignoreChanges.includes(path.split(".")[0] ?? ""));
    return [{ bad: bad.map((path) => `${type} ${name} ${path}`), updates }];
  });
  expect(changes.flatMap(({ bad }) => bad)).toEqual([]);
});
