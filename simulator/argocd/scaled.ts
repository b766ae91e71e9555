/** Which of Argo CD's programs have been scaled to none: a program of this machine has no pod that would end with it. */
import { AppsV1Api, type KubeConfig, type KubernetesListObject, type V1ObjectMeta } from "@kubernetes/client-node";
import { startLoop, type Loop } from "../controlplane/standins/loop";

interface Workload {
  metadata?: V1ObjectMeta;
  spec?: { replicas?: number };
}

/** Programs are called like what makes their pods; a StatefulSet's have a number. */
export function isOf(program: string, workload: string): boolean {
  return (
    program === workload || (program.startsWith(`${workload}-`) && /^\d+$/.test(program.slice(workload.length + 1)))
  );
}

/** Names of Deployments and StatefulSets in the namespace that are to have no pods. */
export async function scaledToNone(config: KubeConfig, namespace: string): Promise<Set<string>> {
  const lists = await Promise.all(kinds(config, namespace).map(({ list }) => list()));
  const none = lists.flatMap(({ items }) => items).filter(({ spec }) => spec?.replicas === 0);
  return new Set(none.map(({ metadata }) => metadata?.name ?? ""));
}

/** @param tell gets the name of a workload and whether it is to have pods, whenever it may have changed. */
export function watchScale(
  { config, namespace, log }: { config: KubeConfig; namespace: string; log: (line: string) => void },
  tell: (workload: string, runs: boolean) => Promise<void>,
): Loop[] {
  return kinds(config, namespace).map(({ path, list }) =>
    startLoop<Workload>({ config, cluster: { name: "Argo CD" }, log }, path, list, ({ metadata, spec }) =>
      tell(metadata?.name ?? "", spec?.replicas !== 0),
    ),
  );
}

function kinds(
  config: KubeConfig,
  namespace: string,
): { path: string; list: () => Promise<KubernetesListObject<Workload>> }[] {
  const apps = config.makeApiClient(AppsV1Api);
  const path = `/apis/apps/v1/namespaces/${namespace}`;
  return [
    { path: `${path}/deployments`, list: () => apps.listNamespacedDeployment({ namespace }) },
    { path: `${path}/statefulsets`, list: () => apps.listNamespacedStatefulSet({ namespace }) },
  ];
}
