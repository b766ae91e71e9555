/** The sample applications as kustomize renders them: the figures that are promised, and what every pod of them has. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { build, gitops, wave, type Built, type Objects } from "./build";

const overlays = ["dev", "staging", "prod"] as const;
const folders: Record<string, string> = {
  "apps/task-manager/overlays/dev": "dev",
  "apps/task-manager/overlays/prod": "prod",
  "apps/task-manager/overlays/minikube": "task-manager",
  "apps/dotnet-sample": "default",
  "apps/task-management-api": "task-management",
  ...Object.fromEntries(overlays.map((overlay) => [`apps/guestbook/overlays/${overlay}`, `guestbook-${overlay}`])),
  ...Object.fromEntries(overlays.map((overlay) => [`apps/wordpress/overlays/${overlay}`, `wordpress-${overlay}`])),
};
const built = new Map<string, Objects>();

beforeAll(async () => {
  for (const folder of Object.keys(folders)) built.set(folder, await build(folder));
});

function objects(folder: string): Objects {
  const found = built.get(folder);
  if (!found) throw new Error(`${folder} was not built`);
  return found;
}

const container = (workload: Built) => workload.spec.template.spec.containers[0];
const hosts = (found: Objects) =>
  found.ofKind("Ingress").flatMap(({ spec }) => (spec["rules"] as { host: string }[]).map(({ host }) => host));

const some = expect.stringMatching(/^\d/) as string;

/** HPAs of both applications measure the same. */
const metrics = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
  { type: "Resource", resource: { name: "memory", target: { type: "Utilization", averageUtilization: 80 } } },
];

describe.each(Object.entries(folders))("%s", (folder, namespace) => {
  it(`has all of it in the namespace ${namespace}, which is not its own to make`, () => {
    expect(new Set(objects(folder).all.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace]));
    expect(objects(folder).ofKind("Namespace")).toEqual([]);
  });

  it("names no class of volumes, no cloud, and the neutral class of ingresses", () => {
    const text = JSON.stringify(objects(folder).all);
    expect(text).not.toMatch(/storageClassName|loadBalancerClass|amazonaws|azure|googleapis|gke\.io/);
    for (const { spec } of objects(folder).ofKind("Ingress")) expect(spec["ingressClassName"]).toBe("nginx");
  });

  it("runs exact tags as somebody who may do nothing, on file systems that cannot be written", () => {
    for (const { metadata, spec } of objects(folder).workloads()) {
      const pod = spec.template.spec;
      expect(pod, metadata.name).toMatchObject({
        automountServiceAccountToken: false,
        serviceAccountName: expect.stringMatching(/^(?!default$)/) as string,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: expect.any(Number) as number,
          seccompProfile: { type: "RuntimeDefault" },
        },
      });
      objects(folder).get("ServiceAccount", pod.serviceAccountName);
      for (const { image, ...rest } of pod.containers) {
        expect(image, metadata.name).toMatch(/^[a-z0-9.]+\.[a-z]+\/.+:v?\d+\.\d+\.?\d*/);
        expect(rest, metadata.name).toMatchObject({
          resources: { requests: { cpu: some, memory: some }, limits: { cpu: some, memory: some } },
          startupProbe: {},
          readinessProbe: {},
          livenessProbe: {},
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            capabilities: { drop: ["ALL"] },
          },
        });
      }
    }
  });

  it("spreads its Deployments, leaves a lost node after 5 s, and rolls with nothing missing", () => {
    for (const { metadata, spec } of objects(folder).ofKind("Deployment")) {
      const { template, ...deployment } = spec;
      expect(deployment, metadata.name).toMatchObject({
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      });
      const spread = (topologyKey: string) => ({
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: spec.selector,
      });
      const lost = (key: string) => ({ key: `node.kubernetes.io/${key}`, effect: "NoExecute", tolerationSeconds: 5 });
      expect(template.spec, metadata.name).toMatchObject({
        terminationGracePeriodSeconds: 30,
        topologySpreadConstraints: [spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname")],
        tolerations: [lost("not-ready"), lost("unreachable")],
        containers: [
          { lifecycle: { preStop: { exec: { command: ["sleep", expect.stringMatching(/^\d+$/) as string] } } } },
        ],
      });
    }
  });

  it("has a disruption budget, a network policy, and labels that its selectors find, for each workload", () => {
    const budgets = objects(folder).ofKind("PodDisruptionBudget");
    const selectors = objects(folder)
      .ofKind("NetworkPolicy")
      .map(({ spec }) => (spec["podSelector"] as { matchLabels?: Record<string, string> }).matchLabels ?? {});
    for (const { metadata, spec } of objects(folder).workloads()) {
      const { labels } = spec.template.metadata;
      const finds = (selector: Record<string, string>) =>
        Object.keys(selector).length > 0 && Object.entries(selector).every(([key, value]) => labels[key] === value);
      expect(finds(spec.selector.matchLabels), metadata.name).toBe(true);
      expect(selectors.filter(finds), metadata.name).toHaveLength(1);
      const own = budgets.filter(({ spec: { selector } }) => finds(selector.matchLabels));
      expect(own, metadata.name).toMatchObject([{ spec: { maxUnavailable: 1 } }]);
    }
    for (const { metadata, spec } of objects(folder).ofKind("Service")) {
      const selector = spec.selector as unknown as Record<string, string>;
      const found = objects(folder)
        .workloads()
        .filter(({ spec: { template } }) =>
          Object.entries(selector).every(([key, value]) => template.metadata.labels[key] === value),
        );
      expect(found, metadata.name).toHaveLength(1);
      const names = found.flatMap((workload) => container(workload)?.ports.map(({ name }) => name) ?? []);
      for (const { targetPort } of spec["ports"] as { targetPort: string }[]) expect(names).toContain(targetPort);
    }
  });

  it("refers to nothing that is not there, and holds secrets as sealed ones only", () => {
    expect(objects(folder).ofKind("Secret")).toEqual([]);
    const sealed = objects(folder).ofKind("SealedSecret");
    for (const { metadata, spec } of sealed) {
      expect(spec.template.metadata).toMatchObject({ name: metadata.name, namespace });
    }
    const keys = (kind: "ConfigMap" | "Secret", name: string): string[] => {
      if (kind === "ConfigMap") return Object.keys(objects(folder).get(kind, name).data ?? {});
      return Object.keys(objects(folder).get("SealedSecret", name).spec["encryptedData"] as Record<string, string>);
    };
    for (const { spec } of objects(folder).workloads()) {
      const pod = spec.template.spec;
      for (const { configMap } of pod.volumes ?? []) if (configMap) keys("ConfigMap", configMap.name);
      for (const { env = [], envFrom = [] } of pod.containers) {
        for (const { configMapRef, secretRef } of envFrom) {
          if (configMapRef) keys("ConfigMap", configMapRef.name);
          if (secretRef && !secretRef.optional) keys("Secret", secretRef.name);
        }
        for (const { valueFrom } of env) {
          const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
          if (configMapKeyRef) expect(keys("ConfigMap", configMapKeyRef.name)).toContain(configMapKeyRef.key);
          if (secretKeyRef) expect(keys("Secret", secretKeyRef.name)).toContain(secretKeyRef.key);
        }
      }
    }
  });
});

describe.each([
  ["dev", ["API_KEY"]],
  ["prod", ["API_KEY"]],
  // No controller there that opens secrets.
  ["minikube", undefined],
] as const)("task-manager %s", (overlay, sealed) => {
  it(`has ${sealed ? "its secret, sealed for it alone" : "a secret only where somebody makes it"}`, () => {
    const found = objects(`apps/task-manager/overlays/${overlay}`);
    const secrets = found.ofKind("SealedSecret");
    expect(secrets.map(({ metadata }) => metadata.name)).toEqual(sealed ? ["task-manager-secret"] : []);
    const keys = secrets.flatMap(({ spec }) => Object.keys(spec["encryptedData"] as Record<string, string>));
    expect(keys).toEqual(sealed ?? []);
    const [, from] = container(found.get("Deployment", "task-manager"))?.envFrom ?? [];
    expect(from?.["secretRef"]).toEqual({ name: "task-manager-secret", ...(sealed ? {} : { optional: true }) });
  });
});

describe("dotnet-sample", () => {
  const found = () => objects("apps/dotnet-sample");

  it("is three pods on 8080, behind a load balancer on 80 that is on every node's 30081 too", () => {
    const deployment = found().get("Deployment", "dotnet-sample");
    expect(deployment.spec.replicas).toBe(3);
    expect(container(deployment)?.ports).toMatchObject([{ name: "http", containerPort: 8080 }]);
    expect(found().get("Service", "dotnet-sample-service").spec).toMatchObject({
      type: "LoadBalancer",
      ports: [{ port: 80, targetPort: "http", nodePort: 30081 }],
    });
    // A load balancer's packets come from anywhere.
    expect(found().ofKind("NetworkPolicy")).toMatchObject([
      { spec: { ingress: [{ ports: [{ port: "http", protocol: "TCP" }] }] } },
    ]);
    expect(found().ofKind("NetworkPolicy")[0]?.spec["ingress"]).toHaveLength(1);
  });
});

describe.each([
  ["dev", "dev.guestbook.local", 1, 1, "50m", "100m", "64Mi", "128Mi"],
  ["staging", "staging.guestbook.local", 2, 2, "100m", "250m", "128Mi", "256Mi"],
  ["prod", "guestbook.local", undefined, 3, "200m", "500m", "256Mi", "512Mi"],
] as const)("guestbook %s", (overlay, host, frontends, replicas, cpu, cpuLimit, memory, memoryLimit) => {
  const found = () => objects(`apps/guestbook/overlays/${overlay}`);

  it(`is ${String(frontends ?? "3 to 10")} frontends at ${host}, a Redis master and ${replicas} replicas`, () => {
    expect(hosts(found())).toEqual([host]);
    expect(found().get("Deployment", "frontend").spec.replicas).toBe(frontends);
    expect(found().get("StatefulSet", "redis-master").spec.replicas).toBe(1);
    expect(found().get("Deployment", "redis-replica").spec.replicas).toBe(replicas);
    for (const name of ["redis-master", "redis-replica"]) {
      expect(found().get("Service", name).spec).toMatchObject({ ports: [{ port: 6379 }] });
    }
    const scalers = found().ofKind("HorizontalPodAutoscaler");
    const scaler = {
      spec: { scaleTargetRef: { kind: "Deployment", name: "frontend" }, minReplicas: 3, maxReplicas: 10, metrics },
    };
    expect(scalers).toMatchObject(frontends === undefined ? [scaler] : []);
    expect(scalers).toHaveLength(frontends === undefined ? 1 : 0);
  });

  it(`asks for ${cpu} and ${memory}, and gets no more than ${cpuLimit} and ${memoryLimit}, in each container`, () => {
    expect(found().workloads()).toHaveLength(3);
    for (const workload of found().workloads()) {
      expect(container(workload)?.resources).toEqual({
        requests: { cpu, memory },
        limits: { cpu: cpuLimit, memory: memoryLimit },
      });
    }
  });

  it("labels everything with its environment, pods too", () => {
    for (const { metadata } of found().all.filter(({ kind }) => kind !== "SealedSecret")) {
      expect(metadata.labels, metadata.name).toMatchObject({ app: "guestbook", environment: overlay });
    }
    for (const { spec } of found().workloads()) {
      expect(spec.template.metadata.labels).toMatchObject({ app: "guestbook", environment: overlay });
    }
  });

  it("begins with the master, then the replicas, then the frontend, then what leads to it", () => {
    const ofMaster = wave(found().get("StatefulSet", "redis-master"));
    const ofReplicas = wave(found().get("Deployment", "redis-replica"));
    const ofFrontend = wave(found().get("Deployment", "frontend"));
    const waves = [0, ofMaster, ofReplicas, ofFrontend, wave(found().get("Ingress", "guestbook"))];
    expect(waves).toEqual([0, 1, 2, 3, 4]);
    expect(wave(found().get("SealedSecret", "guestbook-secret"))).toBe(0);
  });

  it("lets only the frontend and the replicas reach Redis", () => {
    const [policy] = found()
      .ofKind("NetworkPolicy")
      .filter(({ metadata }) => metadata.name === "redis");
    const pods = (component: string) => ({ podSelector: { matchLabels: { app: "guestbook", component } } });
    expect(policy?.spec["ingress"]).toEqual([
      { from: [pods("frontend"), pods("redis-replica")], ports: [{ port: "redis", protocol: "TCP" }] },
    ]);
  });
});

describe.each([
  ["dev", "dev.wordpress.local"],
  ["staging", "staging.wordpress.local"],
  ["prod", "wordpress.local"],
])("wordpress %s", (overlay, host) => {
  const found = () => objects(`apps/wordpress/overlays/${overlay}`);

  it(`is two StatefulSets with a volume each, at ${host}`, () => {
    expect(hosts(found())).toEqual([host]);
    for (const [name, port] of [
      ["wordpress", 80],
      ["mariadb", 3306],
    ] as const) {
      const set = found().get("StatefulSet", name);
      expect(set.spec).toMatchObject({ replicas: 1, serviceName: name });
      expect(set.spec["volumeClaimTemplates"]).toHaveLength(1);
      expect(container(set)?.ports).toMatchObject([{ containerPort: port }]);
      const { requests, limits } = container(set)?.resources ?? {};
      expect(limits?.memory).toBe(requests?.memory);
    }
  });

  it("begins with the database, which only WordPress reaches", () => {
    const names = ["mariadb", "wordpress"].map((name) => found().get("StatefulSet", name));
    expect([...names.map(wave), wave(found().get("Ingress", "wordpress"))]).toEqual([1, 2, 3]);
    expect(found().get("NetworkPolicy", "mariadb").spec["ingress"]).toEqual([
      {
        from: [{ podSelector: { matchLabels: { app: "wordpress", component: "web" } } }],
        ports: [{ port: "mariadb", protocol: "TCP" }],
      },
    ]);
  });
});

describe("Task Management API", () => {
  const found = () => objects("apps/task-management-api");

  it("is configured by task-management-config and task-management-secrets", () => {
    expect(found().get("ConfigMap", "task-management-config").data).toMatchObject({
      NODE_ENV: "production",
      HOST: "0.0.0.0",
      PORT: "8080",
      DB_HOST: "postgres-service",
      DB_PORT: "5432",
    });
    const sealed = found().get("SealedSecret", "task-management-secrets");
    expect(Object.keys(sealed.spec["encryptedData"] as Record<string, string>).sort()).toEqual([
      "DB_PASSWORD",
      "JWT_SECRET",
      "SMTP_PASS",
      "SMTP_USER",
    ]);
  });

  it("starts with three pods on 8080 that answer /health-check, and scales them from 2 to 10", () => {
    const app = found().get("Deployment", "task-management-app");
    expect(app.spec.replicas).toBe(3);
    expect(container(app)).toMatchObject({
      ports: [{ name: "http", containerPort: 8080 }],
      startupProbe: { httpGet: { path: "/health-check", port: "http" } },
      readinessProbe: { httpGet: { path: "/health-check", port: "http" } },
      livenessProbe: { httpGet: { path: "/health-check", port: "http" } },
    });
    expect(found().ofKind("HorizontalPodAutoscaler")).toMatchObject([
      {
        spec: {
          scaleTargetRef: { kind: "Deployment", name: "task-management-app" },
          minReplicas: 2,
          maxReplicas: 10,
          metrics,
        },
      },
    ]);
  });

  it("is reached at task-management-api.local, by port 80 inside, and on every node's 30080", () => {
    expect(hosts(found())).toEqual(["task-management-api.local"]);
    expect(found().ofKind("Service")).toMatchObject([
      { metadata: { name: "postgres-service" }, spec: { ports: [{ port: 5432 }] } },
      { metadata: { name: "task-management-nodeport" }, spec: { type: "NodePort", ports: [{ nodePort: 30080 }] } },
      {
        metadata: { name: "task-management-service" },
        spec: { type: "ClusterIP", ports: [{ port: 80, targetPort: "http" }] },
      },
    ]);
    expect(container(found().get("Deployment", "task-management-app"))?.ports[0]?.containerPort).toBe(8080);
  });

  it("keeps its data on postgres-storage of 1Gi, which only the application reaches", () => {
    expect(found().get("StatefulSet", "postgres").spec).toMatchObject({
      serviceName: "postgres-service",
      template: { spec: { containers: [{ ports: [{ containerPort: 5432 }] }] } },
      volumeClaimTemplates: [
        { metadata: { name: "postgres-storage" }, spec: { resources: { requests: { storage: "1Gi" } } } },
      ],
    });
    expect(found().get("NetworkPolicy", "postgres").spec["ingress"]).toEqual([
      {
        from: [{ podSelector: { matchLabels: { app: "task-management-app" } } }],
        ports: [{ port: "postgres", protocol: "TCP" }],
      },
    ]);
  });

  it("begins with configuration, then database, application, network and autoscaling", () => {
    const waves = (...kinds: string[]) => [
      ...new Set(
        found()
          .ofKind(...kinds)
          .map(wave),
      ),
    ];
    expect(waves("ConfigMap", "SealedSecret", "ServiceAccount", "NetworkPolicy")).toEqual([0]);
    expect(waves("StatefulSet")).toEqual([1]);
    expect(waves("Deployment")).toEqual([2]);
    expect(waves("Ingress")).toEqual([3]);
    expect(
      ["task-management-service", "task-management-nodeport"].map((name) => wave(found().get("Service", name))),
    ).toEqual([3, 3]);
    expect(waves("HorizontalPodAutoscaler")).toEqual([4]);
  });

  it("has a load balancer of its own only where somebody lists it", async () => {
    const optional = await build("apps/task-management-api/loadbalancer");
    expect(optional.all).toMatchObject([{ kind: "Service", spec: { type: "LoadBalancer", ports: [{ port: 80 }] } }]);
    expect(container(found().get("Deployment", "task-management-app"))?.ports).toMatchObject([{ name: "http" }]);
    expect(optional.all[0]?.spec.selector).toEqual(found().get("Service", "task-management-service").spec.selector);
  });
});

describe.each([
  ["dotnet-sample", "default", "apps/dotnet-sample", "default", { selfHeal: true }],
  ["task-management-api", "production", "apps/task-management-api", "task-management", { selfHeal: true }],
  ...["guestbook", "wordpress"].flatMap((app) => [
    [`${app}-dev`, "default", `apps/${app}/overlays/dev`, `${app}-dev`, { selfHeal: true }] as const,
    [`${app}-staging`, "default", `apps/${app}/overlays/staging`, `${app}-staging`, { selfHeal: false }] as const,
    [`${app}-prod`, "production", `apps/${app}/overlays/prod`, `${app}-prod`, undefined] as const,
  ]),
] as const)("Application %s", (name, project, folder, namespace, automated) => {
  const file = join(gitops, "clusters/single-cluster/applications", `${name}.yaml`);
  const application = parse(readFileSync(file, "utf8")) as Built;

  it(`is synced ${automated ? `automatically, healed: ${String(automated.selfHeal)}` : "by a person"}`, () => {
    expect(application.spec["syncPolicy"]).toEqual({
      ...(automated ? { automated: { prune: true, ...automated } } : {}),
      syncOptions: expect.arrayContaining([
        "ServerSideApply=true",
        "Validate=false",
        "PruneLast=true",
        "ApplyOutOfSyncOnly=true",
      ]) as [],
      // What a person has approved is tried again as it was approved.
      retry: {
        limit: 10,
        ...(automated ? { refresh: true } : {}),
        backoff: { duration: "5s", factor: 2, maxDuration: "3m" },
      },
    });
  });

  it(`is of ${project}, deploys ${folder} to ${namespace}, and goes with what it deployed`, () => {
    expect(folders[folder]).toBe(namespace);
    expect(application).toMatchObject({
      kind: "Application",
      metadata: { name, namespace: "argocd", finalizers: ["resources-finalizer.argocd.argoproj.io"] },
      spec: { project, source: { path: `folder/${folder}` }, destination: { namespace } },
    });
  });
});

it("Argo CD leaves the Task Management API's replicas to the autoscaler", () => {
  const file = join(gitops, "clusters/single-cluster/applications/task-management-api.yaml");
  expect((parse(readFileSync(file, "utf8")) as Built).spec).toMatchObject({
    ignoreDifferences: [{ kind: "Deployment", name: "task-management-app", jsonPointers: ["/spec/replicas"] }],
    syncPolicy: { syncOptions: expect.arrayContaining(["RespectIgnoreDifferences=true"]) as [] },
  });
});
