/** Whatever the gitops repository deploys can be moved from any cloud to any other without a person's help. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { showPlan } from "../../../cli/migrate/plan/show";
import { plan, regions, type ManagedCloud } from "../../unit/cli/migrate/plan/fixture";
import { everything, repository, type Manifest, type Selection } from "./folder";

const clouds: ManagedCloud[] = ["aws", "azure", "gcp"];
const pairs = clouds.flatMap((from) => clouds.filter((to) => to !== from).map((to) => [from, to] as const));
const deployed = {} as Record<Selection, Manifest[]>;

/** Pulumi.prod.yaml's values, as they are on each cloud. */
function production(cloud: ManagedCloud): Record<string, unknown> {
  const { config } = parse(readFileSync(join(repository, "Pulumi.prod.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  const own = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^.*:/, ""), value]));
  const groups = {
    aws: own["access"],
    azure: { adminGroups: ["0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7"] },
    gcp: { adminGroups: ["platform-admins@example.com"] },
  };
  return { ...own, cloud, region: regions[cloud], access: groups[cloud] };
}

/** With the mark that Argo CD leaves on what it deploys. */
function tracked(object: Manifest): Manifest {
  const { kind, metadata } = object;
  const annotations = { ...metadata.annotations, "argocd.argoproj.io/tracking-id": `root:${kind}/${metadata.name}` };
  return { ...object, metadata: { ...metadata, annotations } };
}

beforeAll(async () => {
  deployed.full = (await everything("full")).map(tracked);
  deployed.small = (await everything("small")).map(tracked);
});

describe.each(pairs)("from %s to %s", (from, to) => {
  it.each(["full", "small"] as const)("all that %s deploys moves, and only groups are asked for", (selection) => {
    const made = plan(deployed[selection], { from, to, more: production(from) });
    const blocking = made.findings.filter(({ severity }) => severity === "blocking");
    expect(blocking.filter(({ code }) => code !== "access-groups")).toEqual([]);
    expect(new Set(blocking.map(({ code }) => code))).toEqual(new Set(["access-groups"]));
    expect(made.namespaces).toEqual(expect.arrayContaining(["dev", "prod"]));
    expect(made.data.volumes.map(({ targetClass }) => targetClass)).not.toContain("");
    if (selection === "full") {
      expect(new Set(made.data.databases.map(({ engine }) => engine))).toEqual(
        new Set(["postgres", "mysql", "redis", "elasticsearch"]),
      );
    }
  });

  it("is blocked no more when groups are named", () => {
    const names = {
      aws: "arn:aws:iam::111122223333:role/platform-admins",
      azure: "0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7",
      gcp: "platform-admins@example.com",
    };
    const lists = ["adminGroups", "developerGroups", "operationsGroups"];
    const set = lists.map((list) => ({ path: ["access", list], value: [names[to]] }));
    const made = plan(deployed.full, { from, to, more: production(from), request: { set } });
    expect(made.findings.filter(({ severity }) => severity === "blocking")).toEqual([]);
    const shown = showPlan(made);
    expect(shown.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });
});
