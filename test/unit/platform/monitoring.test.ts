import { beforeAll, describe, expect, it } from "vitest";
import { alertmanagerConfig } from "../../../components/monitoring/alertmanager";
import { alertmanagerSecret } from "../../../components/monitoring/values";
import type { Recording } from "../clouds/record";
import { valueOf } from "../clouds/record";
import { devConfig, fullTraits, install, localTraits, plainTraits, prodConfig, secrets } from "./fixture";

type Values = Record<string, Record<string, Record<string, unknown>>>;

let dev: Recording;
let prod: Recording;

beforeAll(async () => {
  dev = (await install(devConfig(), plainTraits)).recording;
  prod = (await install(prodConfig(), fullTraits)).recording;
});

function values(recording: Recording): Values {
  return recording.one("kubernetes:helm.sh/v3:Release", "platform-test-kube-prometheus-stack").inputs.values as Values;
}

describe("Prometheus", () => {
  it("finds the kubelets by a Service in a namespace that goes with the platform", () => {
    expect(values(dev)).toMatchObject({
      kubelet: { namespace: "monitoring" },
      prometheusOperator: { kubeletService: { namespace: "monitoring" } },
    });
  });

  it("keeps the configured days on a volume of its own, and stops before the volume is full", () => {
    expect(values(prod).prometheus?.prometheusSpec).toMatchObject({
      retention: "30d",
      retentionSize: "80GB",
      storageSpec: {
        volumeClaimTemplate: {
          spec: { storageClassName: "standard", resources: { requests: { storage: "100Gi" } } },
        },
      },
    });
  });

  it("reads the objects of every namespace, whatever their labels", () => {
    const spec = values(prod).prometheus?.prometheusSpec ?? {};
    const selectors = Object.entries(spec).filter(([key]) => key.endsWith("SelectorNilUsesHelmValues"));
    expect(selectors).toHaveLength(5);
    expect(selectors.every(([, value]) => value === false)).toBe(true);
  });

  it("takes what a node can give", () => {
    const memory = (recording: Recording) => values(recording).prometheus?.prometheusSpec?.resources;
    expect(memory(dev)).toMatchObject({ requests: { memory: "2Gi" } });
    expect(memory(prod)).toMatchObject({ requests: { cpu: "500m", memory: "8Gi" } });
  });

  it("asks nothing of a control plane that the cloud does not show", async () => {
    const shown = await install(devConfig(), {
      ...localTraits,
      monitoring: { ...localTraits.monitoring, etcd: true, scheduler: true, kubeDns: true },
    });
    const off = values(dev);
    expect([off.kubeEtcd, off.kubeScheduler, off.kubeControllerManager, off.kubeProxy]).toEqual(
      Array(4).fill({ enabled: false }),
    );
    expect([off.coreDns, off.kubeDns]).toEqual([{ enabled: true }, { enabled: false }]);
    expect(off.defaultRules?.rules).toEqual({
      etcd: false,
      kubeSchedulerAlerting: false,
      kubeSchedulerRecording: false,
      kubeControllerManager: false,
      kubeProxy: false,
    });
    const on = values(shown.recording);
    expect([on.kubeEtcd, on.kubeScheduler, on.kubeDns]).toEqual(Array(3).fill({ enabled: true }));
  });

  it("has its CRDs from a release of their own", () => {
    expect(values(prod).crds).toEqual({ enabled: false });
  });
});

describe("Grafana", () => {
  it("has its password from a Secret and its address from the domain", () => {
    expect(values(prod).grafana).toMatchObject({
      admin: { existingSecret: "grafana-admin" },
      deploymentStrategy: { type: "Recreate" },
      persistence: { enabled: true, storageClassName: "standard" },
      "grafana.ini": { server: { root_url: "https://grafana.example.com" } },
    });
    expect(values(dev).grafana?.["grafana.ini"]).not.toHaveProperty("server");
  });
});

describe("Alertmanager", () => {
  interface Config {
    route: { receiver: string; routes: { receiver: string; matchers: string[]; continue?: boolean }[] };
    receivers: { name: string; [kind: string]: unknown }[];
  }
  const configured = (): Promise<Config> => valueOf(alertmanagerConfig(prodConfig()) as unknown as Config);

  it("reads the program's own Secret, where the operator looks for it", () => {
    expect(values(prod).alertmanager?.alertmanagerSpec).toMatchObject({ useExistingSecret: true });
    expect(prod.one("kubernetes:core/v1:Secret", "platform-test-alertmanager").inputs.metadata).toMatchObject({
      name: alertmanagerSecret,
      namespace: "monitoring",
    });
    expect(alertmanagerSecret).toBe("alertmanager-kube-prometheus-stack-alertmanager");
  });

  it("routes alerts to their teams, and those of no team to infra", async () => {
    const { route, receivers } = await configured();
    expect(route.receiver).toBe("nobody");
    expect(route.routes.slice(1)).toEqual([
      { receiver: "everyone", matchers: [], continue: true },
      { receiver: "developers", matchers: ['team=~"dev"'], continue: true },
      { receiver: "infra", matchers: ['team=~"infra|"'], continue: true },
    ]);
    const names = receivers.map(({ name }) => name);
    expect(
      [route.receiver, ...route.routes.map(({ receiver }) => receiver)].filter((name) => !names.includes(name)),
    ).toEqual([]);
  });

  it("speaks to each receiver in its own way", async () => {
    const { receivers } = await configured();
    const named = (name: string) => receivers.find((receiver) => receiver.name === name);
    expect(named("everyone")).toMatchObject({
      slack_configs: [{ api_url: secrets.slack, channel: "#platform", send_resolved: true }],
    });
    expect(named("developers")).toMatchObject({
      email_configs: [{ to: "dev@example.com", smarthost: "smtp.example.com:587", auth_password: secrets.email }],
    });
    expect(named("infra")).toMatchObject({ webhook_configs: [{ url: "http://pager.example.com:8080/alerts" }] });
    expect(named("nobody")).toEqual({ name: "nobody" });
  });
});
