/** What a cluster takes from Git, and that it is chosen by what the program writes into the cluster's Secret. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { plainTraits, devConfig } from "../../unit/platform/fixture";
import { metadataAnnotations, metadataLabels } from "../../../components/metadata";
import {
  build,
  clusterFolder,
  documents,
  environments,
  everything,
  matches,
  named,
  ofKind,
  repository,
  type Application,
  type ApplicationSet,
  type Manifest,
  type Selection,
} from "./folder";

let root: Manifest[];
const selected = {} as Record<Selection, Manifest[]>;

beforeAll(async () => {
  root = await build(clusterFolder);
  selected.small = await build(`${clusterFolder}/selections/small`);
  selected.full = await build(`${clusterFolder}/selections/full`);
});

describe("the ApplicationSet selection", () => {
  const clouds = ["aws", "azure", "gcp", "local"] as const;
  const cases = clouds.flatMap((cloud) =>
    (["dev", "staging", "prod"] as const).map((environment) => [cloud, environment] as const),
  );

  it.each(cases)("takes one selection on %s, %s", (cloud, environment) => {
    const labels = { ...metadataLabels(devConfig({ cloud, environment })) };
    const { spec } = named<ApplicationSet>(root, "ApplicationSet", "selection");
    const values = spec.generators
      .filter(({ clusters }) => clusters && matches(clusters.selector, labels))
      .map(({ clusters }) => clusters?.values?.["selection"]);
    expect(values).toEqual([cloud === "local" ? "local" : environment === "dev" ? "small" : "full"]);
  });

  it("comes after the controller that opens secrets", () => {
    const wave = (kind: string, name: string) =>
      Number(named(root, kind, name).metadata.annotations?.["argocd.argoproj.io/sync-wave"] ?? 0);
    expect(wave("Application", "sealed-secrets")).toBeLessThan(wave("Application", "task-manager-dev"));
    expect(wave("Application", "task-manager-dev")).toBeLessThan(wave("ApplicationSet", "selection"));
  });
});

describe("every ApplicationSet", () => {
  const sets = () => ofKind<ApplicationSet>([...root, ...selected.small, ...selected.full], "ApplicationSet");

  it("reads only what the program writes", () => {
    const annotations = metadataAnnotations(devConfig(), { name: pulumi.output("test"), traits: plainTraits });
    const keys = [...JSON.stringify(sets()).matchAll(/\.metadata\.annotations \\"([^"\\]+)\\"/g)].map(([, key]) => key);
    expect(new Set(keys)).toEqual(new Set(["platform/repository", "platform/revision", "platform/folder"]));
    expect(Object.keys(annotations)).toEqual(expect.arrayContaining([...new Set(keys)]));
    const labels = [...JSON.stringify(sets()).matchAll(/"(platform\/(?:contract|cloud|environment|region))"/g)];
    const known = Object.keys(metadataLabels(devConfig()));
    expect(labels.map(([, key]) => key).filter((key) => !known.includes(key ?? ""))).toEqual([]);
  });

  it("knows this version of the contract, and fails on what a cluster does not tell", () => {
    for (const { spec } of sets()) {
      expect(spec).toMatchObject({ goTemplate: true, goTemplateOptions: ["missingkey=error"] });
      expect(JSON.stringify(spec.generators)).toContain(
        `"platform/contract":"${metadataLabels(devConfig())["platform/contract"]}"`,
      );
    }
  });

  it("makes Applications that sync by themselves, try again, and take with them what they deployed", () => {
    for (const { spec } of sets()) {
      expect(spec.template).toMatchObject({
        metadata: { finalizers: ["resources-finalizer.argocd.argoproj.io"] },
        spec: {
          syncPolicy: {
            automated: { prune: true, selfHeal: true },
            syncOptions: ["ServerSideApply=true", "Validate=false", "PruneLast=true", "ApplyOutOfSyncOnly=true"],
            retry: { refresh: true, backoff: {} },
          },
        },
      });
    }
  });
});

const automatic = { prune: true, selfHeal: true };

/** Application → its project and how it syncs. */
const applications: Record<Selection, Record<string, [project: string, automated: unknown]>> = {
  small: {
    infrastructure: ["platform", automatic],
    "dotnet-sample": ["default", automatic],
    "guestbook-dev": ["default", automatic],
  },
  full: {
    infrastructure: ["platform", automatic],
    logging: ["platform", automatic],
    "dotnet-sample": ["default", automatic],
    "guestbook-dev": ["default", automatic],
    "guestbook-staging": ["default", { prune: true, selfHeal: false }],
    "guestbook-prod": ["production", undefined],
    "wordpress-dev": ["default", automatic],
    "wordpress-staging": ["default", { prune: true, selfHeal: false }],
    "wordpress-prod": ["production", undefined],
    "task-management-api": ["production", automatic],
  },
};

describe.each(["small", "full"] as const)("the selection %s", (selection) => {
  it("has its Applications", () => {
    const found = ofKind<Application>(selected[selection], "Application");
    expect(
      Object.fromEntries(found.map(({ metadata, spec }) => [metadata.name, [spec.project, spec.syncPolicy.automated]])),
    ).toEqual(applications[selection]);
  });

  it("has its environments", () => {
    expect(environments(selected[selection]).map(({ name, project }) => [name, project])).toEqual(
      selection === "small"
        ? []
        : [
            ["development", "default"],
            ["production", "production"],
            ["staging", "default"],
          ],
    );
  });

  it("labels everything, deletes what it deployed, tries again, and reads from folders that exist", () => {
    for (const { metadata, spec } of ofKind<Application>([...root, ...selected[selection]], "Application")) {
      expect(metadata.labels, metadata.name).toMatchObject({ cluster: "single-cluster", "managed-by": "argocd" });
      expect(metadata.finalizers).toEqual(["resources-finalizer.argocd.argoproj.io"]);
      expect(spec.source.repoURL).toBe("https://github.com/example/kubernetes-platform");
      expect(existsSync(join(repository, spec.source.path, "kustomization.yaml")), spec.source.path).toBe(true);
      expect(spec.syncPolicy.retry).toMatchObject({ backoff: { factor: 2 } });
      const paths = metadata.annotations?.["argocd.argoproj.io/manifest-generate-paths"]?.split(";") ?? [];
      expect(paths).toContain(".");
      expect(paths.filter((path) => !existsSync(join(repository, spec.source.path, path)))).toEqual([]);
    }
  });

  it("makes every namespace that its Applications go to, but the program's", async () => {
    const objects = await everything(selection);
    const made = ofKind(objects, "Namespace").map(({ metadata }) => metadata.name);
    const program = ["argocd", "monitoring", "sealed-secrets"];
    const used = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
    expect([...new Set(used)].filter((namespace) => ![...made, ...program].includes(namespace))).toEqual([]);
    expect(made.filter((namespace) => program.includes(namespace))).toEqual([]);
    expect(made.length).toBe(new Set(made).size);
  });

  it("has the namespaces before what goes into them", () => {
    const { metadata } = named(selected[selection], "Application", "infrastructure");
    expect(metadata.annotations?.["argocd.argoproj.io/sync-wave"]).toBe("-1");
  });
});

it("the selection local is the small one, with dotnet-sample at its node port", async () => {
  const local = await build(`${clusterFolder}/selections/local`);
  const service = { target: { kind: "Service", name: "dotnet-sample-service" } };
  const changed = named<Application>(local, "Application", "dotnet-sample").spec.source as { kustomize?: unknown };
  expect(changed.kustomize).toMatchObject({
    patches: [{ ...service, patch: expect.stringContaining("NodePort") as string }],
  });
  delete changed.kustomize;
  expect(local).toEqual(selected.small);
});

it("the repository's address is the same wherever it is written", () => {
  const [one, other] = ["", "applications/"].map((folder) => documents(`${clusterFolder}/${folder}repository.yaml`));
  expect(one).toEqual(other);
});
