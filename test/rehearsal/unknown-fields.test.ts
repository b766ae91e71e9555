/** A field that does not exist is an error of the sync, with the sync options that Applications of gitops/ have. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppsV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { sendPush } from "../../simulator/argocd/webhook";
import { until } from "../../simulator/controlplane/drain";
import { branch, nameOf, repository, rootApplication } from "../bench/argocd/applications";
import { startPlane, type Plane } from "../bench/argocd/plane";

const name = nameOf(0);
const folder = join("apps", name);
const refused = /field not declared in schema/;

interface Application {
  metadata: { name: string };
  status?: {
    sync?: { status?: string; revision?: string };
    health?: { status?: string };
    conditions?: { message: string }[];
    operationState?: { syncResult?: { resources?: { message?: string }[] } };
  };
}

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane({ applications: 1, tuned: true, say: () => undefined });
});

afterAll(() => plane?.stop());

describe("a field that does not exist", () => {
  it("keeps a new object off the cluster", async () => {
    await change({ "deployment.yaml": (text) => text.replace("replicas: 1", "replica: 1") });
    await plane.apply(rootApplication(true));
    await untilError(/\.spec\.replica: field not declared in schema/);
    const { items } = await plane.config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace: name });
    expect(items).toEqual([]);
  });

  it("keeps an object as it is", async () => {
    await change({ "deployment.yaml": (text) => text.replace("replica: 1", "replicas: 1") });
    await untilSynced();
    await change({ "deployment.yaml": (text) => text.replace("replicas: 1", "replicas: 2\n  minReadySecond: 5") });
    await untilError(refused);
    expect((await deployment()).spec?.replicas).toBe(1);
    await change({ "deployment.yaml": (text) => text.replace("\n  minReadySecond: 5", "") });
    await untilSynced();
    expect((await deployment()).spec?.replicas).toBe(2);
  });

  it("keeps a custom resource off the cluster", async () => {
    const project = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata: { name: "typo" },
      spec: { sourceRepositories: ["*"] },
    };
    await change({
      "project.yaml": () => stringify(project),
      "kustomization.yaml": (text) => text.replace("  - service.yaml", "  - service.yaml\n  - project.yaml"),
    });
    await untilError(/\.spec\.sourceRepositories: field not declared in schema/);
    await change({ "project.yaml": (text) => text.replace("sourceRepositories", "sourceRepos") });
    await untilSynced();
  });
});

/** Pushes changes of the application's files, which may be new, and tells Argo CD. */
async function change(files: Record<string, (text: string) => string>): Promise<void> {
  const { remote, argocd, webhookSecret: secret } = plane;
  const changed = Object.keys(files).map((file) => join(folder, file));
  const before = await remote.revision();
  const after = await remote.push(`Change ${changed.join(", ")}`, (checkout) => {
    for (const [file, edit] of Object.entries(files)) {
      const path = join(checkout, folder, file);
      writeFileSync(path, edit(existsSync(path) ? readFileSync(path, "utf8") : ""));
    }
  });
  await sendPush(argocd.url, { repository, branch, before, after, changed, secret });
}

async function application(): Promise<Application | undefined> {
  const group = { group: "argoproj.io", version: "v1alpha1", namespace: "argocd", plural: "applications" };
  const { items } = (await plane.config.makeApiClient(CustomObjectsApi).listNamespacedCustomObject(group)) as {
    items: Application[];
  };
  return items.find(({ metadata }) => metadata.name === name);
}

/** Until a sync, or the comparison that comes before it, has failed by that. */
async function untilError(pattern: RegExp): Promise<void> {
  let messages: string[] = [];
  const told = async (): Promise<boolean> => {
    const { conditions = [], operationState } = (await application())?.status ?? {};
    const resources = operationState?.syncResult?.resources ?? [];
    messages = [...conditions, ...resources].map(({ message }) => message ?? "");
    return messages.some((message) => pattern.test(message));
  };
  // What it says instead tells more than that it does not say it.
  await until(90, told).catch(() => expect(messages).toContainEqual(expect.stringMatching(pattern)));
}

async function untilSynced(): Promise<void> {
  const revision = await plane.remote.revision();
  await until(90, async () => {
    const { sync, health } = (await application())?.status ?? {};
    return sync?.status === "Synced" && sync.revision === revision && health?.status === "Healthy";
  });
}

function deployment() {
  return plane.config.makeApiClient(AppsV1Api).readNamespacedDeployment({ name: "web", namespace: name });
}
