import { describe, expect, it } from "vitest";
import { Modifiers } from "../../../../../cli/migrate/plan/maps";
import type { PlanMaps } from "../../../../../cli/migrate/plan/plan";
import { compareObjects } from "../../../../../cli/migrate/verify/objects";
import type { Manifest } from "../../../../../cli/validate/model";
import { claim, deployment, object, workload } from "../plan/fixture";
import { noMaps } from "./fixture";

const problems = (source: Manifest, target: Manifest[], maps: Partial<PlanMaps> = {}) =>
  compareObjects([source], target, { ...noMaps, ...maps }).problems;
const whats = (...args: Parameters<typeof problems>) => problems(...args).map(({ what }) => what);
const replicas = (count: number) => deployment("shop/web", {}, { spec: { replicas: count } });
const image = (name: string, more = {}) =>
  deployment("shop/web", { containers: [{ name: "main", image: name, ...more }] });

it("finds what is not there, and counts", () => {
  const found = compareObjects([deployment("shop/web"), deployment("shop/api")], [deployment("shop/api")], noMaps);
  expect(found).toMatchObject({ expected: 2, there: 1 });
  expect(found.problems).toMatchObject([{ code: "object-missing", object: "Deployment shop/web" }]);
});

it("lets be what only the target has", () => {
  const source = deployment("shop/web");
  const target = deployment("shop/web", { schedulerName: "default-scheduler" }, { spec: { minReadySeconds: 5 } });
  expect(problems(source, [target, deployment("shop/other")])).toEqual([]);
});

describe("a field that is another one", () => {
  it("is told with its value where that is nobody's secret", () => {
    expect(problems(replicas(2), [replicas(1)])).toMatchObject([
      { code: "object-differs", object: "Deployment shop/web" },
    ]);
    expect(whats(replicas(2), [replicas(1)])).toEqual(["not as on the source: spec.replicas is 1 in place of 2"]);
  });

  it("is told without its value otherwise", () => {
    const config = (value: string) =>
      object("v1", "ConfigMap", "shop/settings", { data: { password: value, same: "1" } });
    expect(whats(config("one"), [config("two")])).toEqual(["not as on the source: data.password"]);
    const variable = (value: string) => image("a:1", { env: [{ name: "TOKEN", value }] });
    const [what] = whats(variable("one"), [variable("two")]);
    expect(what).toMatch(/env\[0\]\.value$/);
  });

  it("may be in another place of a list with names, and must be there", () => {
    const env = (...names: string[]) => image("a:1", { env: names.map((name) => ({ name, value: name })) });
    expect(problems(env("A", "B"), [env("B", "A")])).toEqual([]);
    expect(whats(env("A", "B"), [env("A", "C")])).toHaveLength(1);
    expect(whats(env("A", "B"), [env("A")])).toHaveLength(1);
    const policy = (...ports: number[]) =>
      object("networking.k8s.io/v1", "NetworkPolicy", "shop/web", {
        spec: { ingress: ports.map((port) => ({ port })) },
      });
    expect(whats(policy(80), [policy(80, 443)])).toHaveLength(1);
  });

  it("is the same quantity in other words", () => {
    const memory = (text: string) => image("a:1", { resources: { requests: { memory: text } } });
    expect(problems(memory("1Gi"), [memory("1024Mi")])).toEqual([]);
    expect(whats(memory("1Gi"), [memory("1G")])[0]).toContain("requests.memory is");
    const limit = (text: string) => object("v1", "LimitRange", "shop/l", { spec: { default: { note: text } } });
    expect(whats(limit("a"), [limit("b")])).toHaveLength(1);
  });

  it("is let be where the cluster gives it, or Velero", () => {
    const service = (clusterIP: string, nodePort: number, label: string) =>
      object("v1", "Service", "shop/web", {
        metadata: { labels: { "velero.io/restore-name": label, app: "web" }, uid: label },
        spec: { clusterIP, ports: [{ port: 80, nodePort }] },
        status: { loadBalancer: { ingress: [{ ip: clusterIP }] } },
      });
    expect(problems(service("10.0.0.1", 30001, "a"), [service("10.0.0.2", 30002, "b")])).toEqual([]);
    const bound = (volumeName: string) => claim("shop/data", { volumeName });
    expect(problems(bound("pv-1"), [bound("pv-2")])).toEqual([]);
  });

  it("is not compared while an autoscaler writes it", () => {
    const scaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "shop/web", {
      spec: { scaleTargetRef: { kind: "Deployment", name: "web" } },
    });
    expect(problems(replicas(2), [replicas(5), scaler])).toEqual([]);
  });
});

describe("what the plan changes", () => {
  it("is expected as it becomes", () => {
    const modifiers = new Modifiers();
    modifiers.patch(deployment("shop/web"), { spec: { replicas: 3, minReadySeconds: null } });
    const maps = { modifiers: modifiers.list() };
    const source = deployment("shop/web", {}, { spec: { replicas: 1, minReadySeconds: 5 } });
    expect(problems(source, [replicas(3)], maps)).toEqual([]);
    expect(whats(source, [replicas(1)], maps)).toEqual(["not as on the source: spec.replicas is 1 in place of 3"]);
    // Of that object only.
    const other = deployment("shop/web-2", {}, { spec: { replicas: 1 } });
    expect(problems(other, [other], maps)).toEqual([]);
  });

  it("is an image, and a class of a claim and of those that are made by a StatefulSet", () => {
    const maps = { images: { "1.dkr.ecr/": "ghcr.io/acme/" }, storageClasses: { gp3: "standard-rwo" } };
    expect(problems(image("1.dkr.ecr/web:1"), [image("ghcr.io/acme/web:1")], maps)).toEqual([]);
    expect(problems(image("1.dkr.ecr/web:1"), [image("1.dkr.ecr/web:1")], maps)).toHaveLength(1);
    const classed = (storageClassName: string) => claim("shop/data", { storageClassName });
    expect(problems(classed("gp3"), [classed("standard-rwo")], maps)).toEqual([]);
    expect(problems(classed("gp3"), [classed("gp3")], maps)).toHaveLength(1);
    const set = (storageClassName: string) =>
      workload(
        "StatefulSet",
        "shop/db",
        {},
        {
          spec: { volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName } }] },
        },
      );
    expect(problems(set("gp3"), [set("standard-rwo")], maps)).toEqual([]);
    expect(problems(set("gp3"), [set("gp3")], maps)).toHaveLength(1);
  });
});
