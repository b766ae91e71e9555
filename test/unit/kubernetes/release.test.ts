import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installFlags, uninstallFlags, upgradeFlags } from "../../../simulator/kubernetes/release/flags";
import { helmMessage, writeChart } from "../../../simulator/kubernetes/release/helm";
import { checkRelease } from "../../../simulator/kubernetes/release/inputs";
import { checkSecrets, checkValues, steps } from "../../../simulator/kubernetes/release/values";
import { unknown, type Properties } from "../../../simulator/provider";
import type { KubernetesObject } from "../../../simulator/kubernetes/objects";
import { chart } from "./rendering";

describe("a release's inputs", () => {
  const traefik: Properties = {
    chart: "traefik",
    version: "41.3.0",
    repositoryOpts: { repo: "https://traefik.github.io/charts" },
    name: "traefik",
    namespace: "traefik",
  };
  const failures = (inputs: Properties) => checkRelease(inputs).map(({ property, reason }) => `${property}: ${reason}`);

  it("are taken as the real Release takes them", () => {
    expect(failures({ ...traefik, atomic: true, timeout: 60, values: { deployment: { replicas: 2 } } })).toEqual([]);
    expect(failures({ ...traefik, version: unknown, values: unknown })).toEqual([]);
  });

  it.each<[Properties, string]>([
    [{ atomc: true }, 'atomc: a Release has no property "atomc"; did you mean "atomic"?'],
    [{ atomic: "true" }, "atomic: is a string, must be a boolean"],
    [{ postrender: "./x" }, 'postrender: "postrender" is not rehearsed'],
    [{ version: "41.2.0" }, 'version: chart "traefik" version "41.2.0"; the one that is rehearsed is "41.3.0"'],
    [{ version: undefined }, 'version: chart "traefik" version the latest version is not pinned'],
    [{ chart: "treafik" }, 'chart: chart "treafik" is not among those that are rehearsed'],
    [
      { repositoryOpts: { repo: "https://helm.traefik.io/traefik" } },
      'chart: chart "traefik" is not found in https://helm.traefik.io/traefik',
    ],
    [{ repositoryOpts: undefined }, 'chart: chart "traefik" is not found in no repository'],
    [
      { repositoryOpts: { ...(traefik.repositoryOpts as Properties), url: "x" } },
      "repositoryOpts.url: one of repo, caFile",
    ],
    [
      { values: { deployment: { replica: 2 } } },
      'values.deployment.replica: chart traefik 41.3.0 has no such value; did you mean "replicas"?',
    ],
    [{ values: { deployment: 2 } }, "values.deployment: the chart has a map here"],
  ])("%j", (change, message) => {
    const [first, ...others] = failures({ ...traefik, ...change });
    expect(first).toContain(message);
    expect(others).toEqual([]);
  });
});

describe("values", () => {
  const bad = (name: string, values: Properties) => checkValues(chart(name), values).map(({ property }) => property);

  it("are known by their key paths, at any depth", () => {
    expect(steps('configs.cm["exec.enabled"].list[].field')).toEqual([
      "configs",
      "cm",
      "exec.enabled",
      "list",
      "[]",
      "field",
    ]);
    expect(bad("argo-cd", { server: { ingress: { enabled: true, hostNam: "x" } }, redisHa: {} })).toEqual([
      "values.server.ingress.hostNam",
      "values.redisHa",
    ]);
    // One port of Traefik shows keys that every other has too.
    const port = { port: 9000, http: { middlewares: [], tls: { enabled: true } }, http3: { enbled: true } };
    expect(bad("traefik", { ports: { web: { http: { middlewares: [] } }, own: port } })).toEqual([
      "values.ports.own.http3.enbled",
    ]);
    expect(bad("velero", { configuration: { backupStorageLocation: [{ bucket: "b", buckt: "b" }] } })).toEqual([
      "values.configuration.backupStorageLocation[0].buckt",
    ]);
  });

  it("may be anything where the chart passes a map on", () => {
    const cm = { url: "x", "resource.customizations.health.argoproj.io_Application": "lua" };
    expect(bad("argo-cd", { configs: { cm, params: { "server.insecure": true } } })).toEqual([]);
    expect(bad("kube-prometheus-stack", { grafana: { "grafana.ini": { server: { root_url: "x" } } } })).toEqual([]);
    expect(bad("traefik", { resources: { requests: { cpu: "1" } }, deployment: { podLabels: { a: "b" } } })).toEqual(
      [],
    );
    expect(bad("velero", { schedules: { daily: { schedule: "0 3 * * *", template: {} } } })).toEqual([]);
    expect(bad("traefik", { deployment: unknown, ingressClass: null })).toEqual([]);
  });

  it("hold no secrets, and the refusal does not repeat them", () => {
    const values = {
      grafana: { adminPassword: "hunter2", admin: { existingSecret: "grafana-admin", passwordKey: "admin-password" } },
      configs: {
        cm: { "dex.config": "clientSecret: $dex.clientSecret", url: "https://user:hunter2@example.com" },
        secret: { extra: { "server.secretkey": "hunter2" }, githubSecret: "$webhook" },
      },
      notifications: { token: ["xoxb-0123456789-abc"], url: unknown },
      serviceAccount: { automountServiceAccountToken: "true" },
    };
    const found = checkSecrets(values);
    expect(found.map(({ property }) => property)).toEqual([
      "values.grafana.adminPassword",
      "values.configs.cm.url",
      'values.configs.secret.extra["server.secretkey"]',
      "values.notifications.token[0]",
    ]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|xoxb/);
  });
});

describe("Helm", () => {
  it("gets a chart whose templates only print objects", () => {
    const folder = mkdtempSync(join(tmpdir(), "chart-test-"));
    const object: KubernetesObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a" },
      data: { text: "{{ .Values }}" },
    };
    const crd: KubernetesObject = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "x.y" },
    };
    writeChart(folder, { chart: chart("cert-manager"), objects: [object], crds: [crd] });
    expect(JSON.parse(readFileSync(join(folder, "Chart.yaml"), "utf8"))).toMatchObject({
      name: "cert-manager",
      version: "1.21.1",
    });
    expect(readdirSync(join(folder, "crds"))).toEqual(["x.y.json"]);
    expect(JSON.parse(readFileSync(join(folder, "objects", "0000-configmap.json"), "utf8"))).toEqual(object);
    expect(readFileSync(join(folder, "templates", "objects.yaml"), "utf8")).not.toContain(".Values");
    rmSync(folder, { recursive: true });
  });

  it("gets a Release's options as its own", () => {
    const inputs = {
      atomic: true,
      timeout: 90,
      createNamespace: true,
      skipCrds: true,
      waitForJobs: true,
      maxHistory: 5,
    };
    expect(installFlags(inputs).join(" ")).toBe(
      "--wait --wait-for-jobs --atomic --timeout 90s --create-namespace --skip-crds",
    );
    expect(upgradeFlags(inputs).join(" ")).toBe("--wait --wait-for-jobs --atomic --timeout 90s --history-max 5");
    expect(installFlags({ skipAwait: true }).join(" ")).toBe("--timeout 300s");
    expect(uninstallFlags({ skipAwait: true }, 40)).toEqual(["--timeout", "40s"]);
    expect(uninstallFlags({ timeout: 90 }, 40)).toEqual(["--wait", "--timeout", "90s"]);
  });

  it("is quoted without its command line's trappings, and with what it waited for", () => {
    const log = [
      "ready.go:303: 2026-11-21 [debug] Deployment is not ready: a/b. 0 out of 1 expected pods are ready",
      "ready.go:303: 2026-11-21 [debug] Deployment is not ready: a/c. 1 out of 2 expected pods are ready",
      "Error: INSTALLATION FAILED: context deadline exceeded",
      "helm.go:92: 2026-11-21 [debug] context deadline exceeded",
      "INSTALLATION FAILED",
    ].join("\n");
    expect(helmMessage(log)).toBe(
      "context deadline exceeded (Deployment is not ready: a/c. 1 out of 2 expected pods are ready)",
    );
    expect(helmMessage("Error: uninstall: Release not loaded: x: release: not found\n")).toBe(
      "Release not loaded: x: release: not found",
    );
    expect(helmMessage("")).toBeUndefined();
  });
});
