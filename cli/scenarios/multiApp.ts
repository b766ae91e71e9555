/** An ApplicationSet makes an Application of a new folder, and takes it away with the folder. */
import { mkdirSync } from "node:fs";
import { applications } from "../../simulator/argocd/applications";
import { isNotFound } from "../kubernetes";
import { applicationState } from "./applications";
import { expectThat, type Scenario } from "./scenario";

const name = "environment-qa";

export const multiApp: Scenario = {
  name: "multi-app",
  title: "A commit adds a folder, and an Application with it; another commit takes both away",
  async run({ clients, git, workloads, say, saw }) {
    say("a folder apps/qa");
    mkdirSync(git.path("apps/qa"));
    git.write("apps/qa/argocd.yaml", "environment:\n  name: qa\n  project: default\n  selection: small\n");
    git.write(
      "apps/qa/kustomization.yaml",
      [
        "apiVersion: kustomize.config.k8s.io/v1beta1",
        "kind: Kustomization",
        "namespace: qa",
        "resources: [namespace.yaml, ../base/frontend]",
        "",
      ].join("\n"),
    );
    git.write(
      "apps/qa/namespace.yaml",
      [
        "apiVersion: v1",
        "kind: Namespace",
        "metadata:",
        "  name: qa",
        "  labels: { pod-security.kubernetes.io/enforce: restricted }",
        '  annotations: { argocd.argoproj.io/sync-wave: "-1" }',
        "",
      ].join("\n"),
    );
    const added = await git.push("A new environment: qa");
    const came = await workloads.until(`${name} is Synced and Healthy`, 120, async () => {
      const state = (await applications(clients.config)).find((one) => one.name === name);
      return state?.sync === "Synced" && state.health === "Healthy" && state.pods.ready > 0;
    });
    saw(`${name} there, Synced and Healthy ${came.toFixed(1)} s after the commit`);
    say("the folder goes");
    await git.revert(added);
    const went = await workloads.until("the Application and its namespace are gone", 180, async () => {
      if (await applicationState(clients, name)) return false;
      return clients.core.readNamespace({ name: "qa" }).then(
        () => false,
        (error: unknown) => {
          expectThat(isNotFound(error), "the namespace can be asked for", String(error));
          return true;
        },
      );
    });
    saw(`${name} and all that it had gone ${went.toFixed(1)} s after the commit`);
  },
};
