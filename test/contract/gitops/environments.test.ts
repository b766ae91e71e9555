/** The environments on one cluster, built by kustomize, against their table. */
import { beforeAll, describe, expect, it } from "vitest";
import { build, documents, named, ofKind, requests, type Container, type Manifest, type Workload } from "./folder";

type App = "frontend" | "backend" | "database" | "cache";
type Figures = [replicas: number, cpu: string, memory: string];

const table: Record<string, Record<App, Figures>> = {
  production: {
    frontend: [10, "300m", "512Mi"],
    backend: [20, "250m", "512Mi"],
    database: [3, "650m", "4Gi"],
    cache: [3, "200m", "1Gi"],
  },
  staging: {
    frontend: [3, "200m", "512Mi"],
    backend: [5, "200m", "512Mi"],
    database: [1, "500m", "2Gi"],
    cache: [1, "100m", "512Mi"],
  },
  development: {
    frontend: [1, "100m", "256Mi"],
    backend: [2, "100m", "256Mi"],
    database: [1, "250m", "1Gi"],
    cache: [1, "100m", "256Mi"],
  },
};

/** CPUs and GiB. */
const quotas: Record<string, { cpu: number; memory: number }> = {
  production: { cpu: 20, memory: 64 },
  staging: { cpu: 8, memory: 24 },
  development: { cpu: 4, memory: 8 },
};

const hosts: Record<string, Record<string, string>> = {
  production: { "www.example.com": "frontend", "api.example.com": "backend" },
  staging: { "staging.example.com": "frontend" },
  development: { "dev.example.com": "frontend" },
};

interface Ingress extends Manifest {
  spec: {
    ingressClassName: string;
    tls?: unknown;
    rules: { host: string; http: { paths: { path: string; backend: { service: { name: string } } }[] } }[];
  };
}

interface NetworkPolicy extends Manifest {
  spec: { podSelector: { matchLabels: Record<string, string> }; ingress: { from: unknown[]; ports: unknown[] }[] };
}

interface SealedSecret extends Manifest {
  spec: { encryptedData: Record<string, string>; template: { metadata: { name: string; namespace: string } } };
}

const built = new Map<string, Manifest[]>();
const of = (environment: string) => built.get(environment) ?? [];
const workloads = (environment: string) => ofKind<Workload>(of(environment), "Deployment", "StatefulSet");

beforeAll(async () => {
  for (const environment of Object.keys(table)) built.set(environment, await build(`gitops/apps/${environment}`));
});

describe.each(Object.entries(table))("%s", (environment, apps) => {
  it("has as many of everything, with requests and limits, as the table says", () => {
    const found = Object.fromEntries(
      workloads(environment).map(({ metadata, spec }) => {
        const [container] = spec.template.spec.containers as [Container];
        return [metadata.name, [spec.replicas, container.resources]];
      }),
    );
    const wanted = Object.entries(apps).map(([app, [replicas, cpu, memory]]) => [
      app,
      [replicas, { requests: { cpu, memory }, limits: { memory } }],
    ]);
    expect(found).toEqual(Object.fromEntries(wanted));
  });

  it("fits its quota while everything rolls at once", () => {
    const sum = requests(workloads(environment), { surge: true });
    const quota = quotas[environment] ?? { cpu: 0, memory: 0 };
    expect(sum.cpu).toBeLessThanOrEqual(quota.cpu);
    expect(sum.memory).toBeLessThanOrEqual(quota.memory);
    // A quarter of the Deployments comes on top.
    expect(sum.cpu).toBeGreaterThan(requests(workloads(environment)).cpu);
  });

  it("is reached by its hosts, of the neutral class, and TLS is the cluster's", () => {
    const ingresses = ofKind<Ingress>(of(environment), "Ingress");
    const found = ingresses.flatMap(({ spec }) =>
      spec.rules.map(({ host, http }) => [host, http.paths[0]?.backend.service.name]),
    );
    expect(Object.fromEntries(found)).toEqual(hosts[environment]);
    expect(new Set(ingresses.map(({ spec }) => spec.ingressClassName))).toEqual(new Set(["nginx"]));
    expect(ingresses.filter(({ spec }) => spec.tls !== undefined)).toEqual([]);
  });

  it("orders database and cache before backend before frontend", () => {
    const waves = workloads(environment).map(({ metadata }) => [
      metadata.name,
      metadata.annotations?.["argocd.argoproj.io/sync-wave"],
    ]);
    expect(Object.fromEntries(waves)).toEqual({ database: "0", cache: "0", backend: "1", frontend: "2" });
    const secrets = ofKind(of(environment), "SealedSecret");
    expect(secrets.map(({ metadata }) => metadata.annotations?.["argocd.argoproj.io/sync-wave"])).toEqual(["-1", "-1"]);
  });

  it("keeps its database and its cache for the backend and their own kind", () => {
    for (const app of ["database", "cache"]) {
      const { spec } = named<NetworkPolicy>(of(environment), "NetworkPolicy", app);
      expect(spec.podSelector.matchLabels).toEqual({ app });
      const from = spec.ingress.flatMap(({ from: peers }) => peers);
      expect(from).toEqual(["backend", app].map((peer) => ({ podSelector: { matchLabels: { app: peer } } })));
    }
  });

  it("keeps state on a volume of each database pod, of the cluster's default class", () => {
    const [template] = named<Workload>(of(environment), "StatefulSet", "database").spec.volumeClaimTemplates as [
      { spec: Record<string, unknown> },
    ];
    expect(template.spec["accessModes"]).toEqual(["ReadWriteOnce"]);
    expect(template.spec).not.toHaveProperty("storageClassName");
  });

  it("has what each pod reads in secrets that are sealed for this namespace", () => {
    const sealed = ofKind<SealedSecret>(of(environment), "SealedSecret");
    const keys = Object.fromEntries(
      sealed.map(({ metadata, spec }) => [metadata.name, Object.keys(spec.encryptedData).sort()]),
    );
    expect(keys).toEqual({ cache: ["CACHE_PASSWORD"], database: ["POSTGRES_PASSWORD", "REPLICATION_PASSWORD"] });
    for (const { metadata, spec } of sealed) {
      expect(metadata.namespace).toBe(environment);
      expect(spec.template.metadata).toEqual({ name: metadata.name, namespace: environment });
    }
    const read = JSON.stringify(workloads(environment)).matchAll(/"secretKeyRef":{"key":"(\w+)","name":"(\w+)"}/g);
    const missing = [...read].filter(([, key = "", name = ""]) => keys[name]?.includes(key) !== true);
    expect(missing).toEqual([]);
  });

  it("runs its pods restricted, spread, and with all three probes", () => {
    for (const { metadata, spec } of workloads(environment)) {
      const pod = spec.template.spec;
      expect(pod, metadata.name).toMatchObject({
        automountServiceAccountToken: false,
        serviceAccountName: metadata.name,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        topologySpreadConstraints: [
          { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
          { topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
        ],
      });
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect(container, container.name).toMatchObject({
          image: expect.stringMatching(/:v?\d+\.\d+/) as string,
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        });
      }
      for (const container of pod.containers) {
        expect(Object.keys(container)).toEqual(
          expect.arrayContaining(["startupProbe", "readinessProbe", "livenessProbe", "lifecycle"]),
        );
      }
      const budget = named<Manifest & { spec: unknown }>(of(environment), "PodDisruptionBudget", metadata.name);
      expect(budget.spec).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: { app: metadata.name } } });
    }
  });

  it("never has fewer pods ready than wanted while it rolls, and leaves a lost node after 5 s", () => {
    for (const { spec } of ofKind<Workload>(of(environment), "Deployment")) {
      expect(spec.strategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } });
      const tolerations = spec.template.spec["tolerations"] as { tolerationSeconds: number }[];
      expect(tolerations.map(({ tolerationSeconds }) => tolerationSeconds)).toEqual([5, 5]);
    }
  });

  it("says to the ApplicationSet which project it is of", () => {
    const project = environment === "production" ? "production" : "default";
    expect(documents(`gitops/apps/${environment}/argocd.yaml`)).toEqual([
      { environment: { name: environment, project, selection: "full" } },
    ]);
  });
});
