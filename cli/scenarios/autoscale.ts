/** Load makes an autoscaler add pods, as far as it may; Argo CD lets it, and the namespace's quota has room. */
import {
  AutoscalingV2Api,
  PatchStrategy,
  setHeaderOptions,
  type V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import { quantityValue } from "../../simulator/kubernetes/quantity";
import { usageAnnotations } from "../../simulator/controlplane/usage";
import { applicationState, syncIfWaiting } from "./applications";
import { expectThat, type Lab, type Scenario } from "./scenario";

const application = "guestbook-prod";
const app = { namespace: application, name: "frontend" };

export const autoscale: Scenario = {
  name: "autoscale",
  title: "Load scales an application from 3 to 10 pods; Argo CD leaves that to the autoscaler",
  async run(lab) {
    const { clients, workloads, say, saw } = lab;
    expectThat(
      (await applicationState(clients, application)) !== undefined,
      `the cluster has ${application}: it takes the full selection, as --stack prod does`,
    );
    await syncIfWaiting(lab, application);
    const api = clients.config.makeApiClient(AutoscalingV2Api);
    const autoscaler = (): Promise<V2HorizontalPodAutoscaler> => api.readNamespacedHorizontalPodAutoscaler(app);
    const { spec } = await autoscaler();
    const [least, most] = [spec?.minReplicas ?? 1, spec?.maxReplicas ?? 1];
    await workloads.until(
      "the autoscaler knows what the pods use",
      120,
      async () => cpu(await autoscaler()) !== undefined,
    );
    await workloads.untilRolledOut(app, least, 420);

    const load = await overload(lab, most);
    say(`kubectl annotate deployment ${app.name} --namespace ${app.namespace} ${usageAnnotations.cpu}=${load}`);
    const before = cpu(await autoscaler());
    const states = new Set<string>();
    await setLoad(lab, load);
    const steps: number[] = [least];
    const up = await workloads.until(`${most} pods are ready`, 240, async () => {
      const { spec, status } = await workloads.deployment(app);
      const replicas = spec?.replicas ?? 0;
      if (steps.at(-1) !== replicas) steps.push(replicas);
      states.add((await applicationState(clients, application))?.sync ?? "gone");
      return replicas === most && status?.readyReplicas === most;
    });
    saw(
      `pods ${steps.join(" → ")}, ready ${up.toFixed(1)} s after the load came (CPU ${before} % → ${cpu(await autoscaler())} %)`,
    );
    expectThat([...states].join() === "Synced", `${application} stays Synced meanwhile`, [...states]);
    saw(`${application} was Synced all the time: Git has no replicas where an autoscaler has`);
    saw(await quota(lab));

    say(`kubectl annotate deployment ${app.name} --namespace ${app.namespace} ${usageAnnotations.cpu}-`);
    await setLoad(lab, null);
    const down = await workloads.until("the autoscaler wants fewer pods", 180, async () => {
      return stabilized(await autoscaler()) !== undefined;
    });
    const after = await autoscaler();
    saw(
      `${down.toFixed(1)} s after the load went, at CPU ${cpu(after)} %, the autoscaler wants fewer: ${stabilized(after)}`,
    );
    saw(`it goes back to ${least} five minutes after the load, as an autoscaler that nobody told otherwise does`);
  },
};

/** Percent of what the pods request. */
function cpu({ status }: V2HorizontalPodAutoscaler): number | undefined {
  return status?.currentMetrics?.find(({ resource }) => resource?.name === "cpu")?.resource?.current.averageUtilization;
}

/** What it says while it holds a lower target back; undefined where it has none. */
function stabilized({ status }: V2HorizontalPodAutoscaler): string | undefined {
  return status?.conditions?.find(({ reason }) => reason === "ScaleDownStabilized")?.message;
}

/** Cores that keep as many pods as there may be busy with all they request: `2`. */
async function overload({ workloads }: Lab, pods: number): Promise<string> {
  const { spec } = await workloads.deployment(app);
  const requested = spec?.template.spec?.containers.map(({ resources }) => resources?.requests?.["cpu"] ?? "0") ?? [];
  return String(pods * requested.reduce((sum, one) => sum + quantityValue(one), 0));
}

async function setLoad({ clients }: Lab, cores: string | null): Promise<void> {
  const body = { metadata: { annotations: { [usageAnnotations.cpu]: cores } } };
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await clients.apps.patchNamespacedDeployment({ ...app, body }, merge);
}

async function quota({ clients }: Lab): Promise<string> {
  const { items } = await clients.core.listNamespacedResourceQuota({ namespace: app.namespace });
  const { used = {}, hard = {} } = items[0]?.status ?? {};
  expectThat(items.length > 0, `${app.namespace} has a quota`);
  const shown = Object.entries(hard).map(([resource, limit]) => `${resource} ${used[resource] ?? 0} of ${limit}`);
  return `the quota holds them: ${shown.join(", ")}`;
}
