/**
 * Every value that the program sets, against the keys that the charts have. A key that a chart does not know is silently
 * ignored by Helm: the setting would have no effect.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { charts } from "../../components/charts";
import type { Traits } from "../../components/cluster";
import type { PlatformConfig } from "../../components/config/types";
import { devConfig, fullTraits, install, localTraits, plainTraits, prodConfig } from "../unit/platform/fixture";

const folder = join(__dirname, "..", "..", "..", "shared", "charts");
const present = existsSync(folder);
if (!present) {
  console.log(`Skipped: the charts' keys are not here (${folder})`);
}

const variants: Record<string, { config: PlatformConfig; traits: Traits }> = {
  "dev behind its own load balancer": { config: devConfig(), traits: plainTraits },
  "dev with a reserved address": {
    config: devConfig(),
    traits: {
      ...plainTraits,
      ingress: { ...plainTraits.ingress, address: { kind: "ip", value: pulumi.output("203.0.113.9") } },
    },
  },
  "prod behind the cloud's load balancer": { config: prodConfig(), traits: fullTraits },
  "prod with certificates of its own": {
    config: prodConfig(),
    traits: { ...fullTraits, ingress: plainTraits.ingress },
  },
  "one Argo CD with single sign-on": {
    config: prodConfig({ argocd: { ...prodConfig().argocd, ha: false } }),
    traits: fullTraits,
  },
  "waiting for a restore from another cloud": {
    config: prodConfig({ bootstrap: "paused" }),
    traits: {
      ...fullTraits,
      source: {
        provider: "azure",
        bucket: "velero",
        config: { useAAD: "true" },
        plugin: { name: "plugin", image: "velero/velero-plugin-for-microsoft-azure:v1.14.3" },
        audience: "api://AzureADTokenExchange",
        credentials: pulumi.output("a file"),
        environment: { AZURE_CLIENT_ID: "client" },
        ready: [],
      },
    },
  },
  local: { config: devConfig({ cloud: "local" }), traits: localTraits },
  "local without metrics-server": {
    config: devConfig({ cloud: "local" }),
    traits: { ...localTraits, metricsServer: false },
  },
};

/** Maps whose entries are the user's: the charts hand them to ConfigMaps or configuration files as they are. */
const freeForm: Record<string, string[]> = {
  "argo-cd": ["configs.cm", "configs.params", "configs.rbac"],
  // "Additional entries here will be added to the Service spec."
  traefik: ["service.spec"],
  "kube-prometheus-stack": ["grafana.grafana.ini"],
};

/** Keys that a template reads, and values.yaml has in comments or not at all, so that they are not among the keys. */
const alsoRead: Record<string, string[]> = {
  // The template reads it of every port, the chart's schema has it for every port; values.yaml lists it for one.
  traefik: ["ports.web.http.middlewares"],
  // values.schema.json
  "cert-manager": ["serviceAccount.name", "serviceAccount.annotations"],
  // charts/grafana/templates/pvc.yaml
  "kube-prometheus-stack": ["grafana.persistence.storageClassName"],
};

/** Maps and lists of Kubernetes' own types: every chart copies them into the pod. */
const ofKubernetes = new Set(["resources", "podLabels", "annotations", "tolerations", "topologySpreadConstraints"]);

/** `configs.cm["exec.enabled"]`, `list[].field` → steps. */
function steps(key: string): string[] {
  return [...key.matchAll(/\["([^"]+)"\]|([^.[\]]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

class Keys {
  private readonly known = new Set<string>();
  private readonly withChildren = new Set<string>();

  constructor(chart: string) {
    const merged = join(folder, "keys", `${chart}.merged-with-subcharts.json`);
    const file = existsSync(merged) ? merged : join(folder, "keys", `${chart}.json`);
    for (const key of JSON.parse(readFileSync(file, "utf8")) as string[]) {
      const path = steps(key);
      this.known.add(path.join("/"));
      this.withChildren.add(path.slice(0, -1).join("/"));
    }
    (alsoRead[chart] ?? []).forEach((key) => this.known.add(key.split(".").join("/")));
  }

  has(path: string[]): boolean {
    return this.known.has(path.join("/"));
  }

  /** A map or list that is empty in values.yaml: whatever it is filled with is handed on. */
  isOpen(path: string[]): boolean {
    return !this.withChildren.has(path.join("/"));
  }
}

/** Paths of `values` that the chart does not have. */
function unknownKeys(chart: string, values: Record<string, unknown>): string[] {
  const keys = new Keys(chart);
  const free = new Set(freeForm[chart]);
  const walk = (value: unknown, path: string[]): string[] => {
    if (path.length > 0 && !keys.has(path)) {
      return [path.join(" → ")];
    }
    if (free.has(path.join(".")) || keys.isOpen(path) || ofKubernetes.has(path.at(-1) ?? "")) {
      return [];
    }
    const entries: unknown[] = Array.isArray(value) ? value : [value];
    return entries.flatMap((entry) =>
      typeof entry === "object" && entry !== null
        ? Object.entries(entry).flatMap(([key, item]) => walk(item, [...path, key]))
        : [],
    );
  };
  return walk(values, []);
}

describe.skipIf(!present)("the charts' values", () => {
  it.each(Object.entries(variants))("are keys that the charts have: %s", async (_, { config, traits }) => {
    const { recording } = await install(config, traits);
    const releases = recording.ofType("kubernetes:helm.sh/v3:Release").map(({ inputs }) => inputs);
    expect(releases.length).toBeGreaterThan(2);
    for (const { chart, values } of releases) {
      expect([chart, unknownKeys(String(chart), values as Record<string, unknown>)]).toEqual([chart, []]);
    }
  });

  it("would tell a misspelt key at any depth", () => {
    expect(unknownKeys("traefik", { deployment: { replica: 1 } })).toEqual(["deployment → replica"]);
    expect(unknownKeys("velero", { configuration: { backupStorageLocation: [{ provder: "aws" }] } })).toEqual([
      "configuration → backupStorageLocation → provder",
    ]);
    expect(unknownKeys("kube-prometheus-stack", { grafana: { persistance: {} } })).toEqual(["grafana → persistance"]);
  });
});

describe.skipIf(!present)("the table of charts", () => {
  const listed = present
    ? (JSON.parse(readFileSync(join(folder, "charts.json"), "utf8")) as {
        key: string;
        repo: string;
        version: string;
      }[])
    : [];

  it.each(Object.entries(charts))("%s is at the version that its keys are of", (name, { repository, version }) => {
    expect(listed.find(({ key }) => key === name)).toMatchObject({ repo: repository, version });
  });
});
