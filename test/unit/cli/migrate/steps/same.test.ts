import { expect, it } from "vitest";
import { assertSame, type Content } from "../../../../../cli/migrate/steps/same";
import type { MigrationPlan } from "../../../../../cli/migrate/plan/plan";
import type { Change } from "../../../../../cli/migrate/writers";
import type { Manifest } from "../../../../../cli/validate/model";

const plan = {
  namespaces: ["shop"],
  maps: { storageClasses: {}, images: {}, modifiers: [], leftOut: [], leftOutKinds: [] },
} as unknown as MigrationPlan;
const object = (apiVersion: string, kind: string, name: string, more: object): Manifest => ({
  apiVersion,
  kind,
  metadata: { namespace: "shop", name },
  ...more,
});
const service = (selector: object) => object("v1", "Service", "web", { spec: { selector, ports: [{ port: 80 }] } });
const content = (objects: Manifest[], value = "digest"): Content => ({
  inventory: { kubernetesVersion: "1.36", objects, usedBytes: {}, unread: [] },
  secrets: [{ namespace: "shop", name: "key", type: "Opaque", keys: { token: value } }],
});
const stop: Change = {
  phase: "services",
  apiVersion: "v1",
  kind: "Service",
  namespace: "shop",
  name: "web",
  path: ["spec", "selector", "platform/migration"],
  from: null,
  to: "stopped",
};
const settings = (colour: string) => object("v1", "ConfigMap", "settings", { data: { colour } });
const open = service({ app: "web" });
const closed = service({ app: "web", "platform/migration": "stopped" });

it("takes what is stopped on either side as it was before", () => {
  expect(() => assertSame(content([open]), content([closed]), plan, [stop])).not.toThrow();
  expect(() => assertSame(content([closed]), content([closed]), plan, [stop])).not.toThrow();
  expect(() => assertSame(content([closed]), content([open]), plan, [])).toThrow("Service shop/web");
});

it("names what has changed, come, or got another value since", () => {
  const there = content([settings("blue")]);
  expect(() => assertSame(content([settings("red")]), there, plan, [])).toThrow("ConfigMap shop/settings");
  expect(() => assertSame(content([settings("blue"), open]), there, plan, [])).toThrow("Service shop/web");
  expect(() => assertSame(content([settings("blue")], "another"), there, plan, [])).toThrow("Secret shop/key");
});
