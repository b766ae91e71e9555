/** A commit asks for more than the namespace's quota: the pod is refused, and the Application says so. */
import { applicationState } from "./applications";
import { expectThat, type Scenario } from "./scenario";

const namespace = "guestbook-dev";
const file = "apps/guestbook/overlays/dev/kustomization.yaml";

export const quota: Scenario = {
  name: "quota",
  title: "A pod over its namespace's quota is refused, and the Application says why it is not done",
  async run({ clients, argocd, git, workloads, say, saw }) {
    const app = { namespace, name: "frontend" };
    say("forty replicas of the dev guestbook");
    git.replace(file, "name: frontend\n    count: 1", "name: frontend\n    count: 40");
    const tooMany = await git.push("guestbook dev: forty replicas");
    await workloads.until("a pod is refused", 60, async () => {
      const { status } = await workloads.deployment(app);
      return status?.conditions?.some(({ type, status: is }) => type === "ReplicaFailure" && is === "True") ?? false;
    });
    const { status } = await workloads.deployment(app);
    const reason = status?.conditions?.find(({ type }) => type === "ReplicaFailure")?.message ?? "";
    expectThat(/exceeded quota/.test(reason), "the refusal names the quota", reason);
    const state = await workloads
      .until("the Application is not Healthy", 30, async () => {
        return (await applicationState(clients, namespace))?.health !== "Healthy";
      })
      .then(() => applicationState(clients, namespace));
    const tree = await argocd.run("app", "get", namespace, "--output", "tree=detailed");
    const hard = (await clients.core.listNamespacedResourceQuota({ namespace })).items[0]?.status;
    saw(
      `${status?.readyReplicas ?? 0} of 40 pods, the others refused: ${reason.replace(/^.*exceeded quota/, "exceeded quota")}`,
    );
    saw(`quota used ${JSON.stringify(hard?.used)} of ${JSON.stringify(hard?.hard)}`);
    saw(
      `${namespace} says ${state?.health}: ${/Waiting for rollout[^\n]*|exceeded[^\n]*/.exec(tree)?.[0]?.trim() ?? ""}`,
    );
    say("taken back");
    await git.revert(tooMany);
    await workloads.untilRolledOut(app, 1, 120);
  },
};
