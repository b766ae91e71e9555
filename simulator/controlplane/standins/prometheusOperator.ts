/**
 * What the Prometheus operator does to its StatefulSets when somebody changes a Prometheus or an Alertmanager. The chart's
 * stand-in makes them (`../../kubernetes/release/extras.ts`); nothing runs in the operator's pod here.
 *
 * Source: makeStatefulSetSpec in pkg/prometheus/server/statefulset.go and pkg/alertmanager/operator.go of
 * prometheus-operator 0.93.
 */
import {
  AppsV1Api,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
  type KubernetesListObject,
  type KubernetesObject,
  type V1Container,
} from "@kubernetes/client-node";
import { present } from "../errors";
import type { StandInContext } from "./index";
import { startLoop, type Loop } from "./loop";
import { startWhenServed } from "./served";

const group = "monitoring.coreos.com";
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** Switches Prometheus' API for administrators on. */
export const adminFlag = "--web.enable-admin-api";

interface Operated extends KubernetesObject {
  spec?: { replicas?: number; enableAdminAPI?: boolean };
}

const prefixes = { prometheuses: "prometheus", alertmanagers: "alertmanager" } as const;
type Plural = keyof typeof prefixes;

export function startPrometheusOperator(context: StandInContext): Loop[] {
  const apps = context.config.makeApiClient(AppsV1Api);
  const custom = context.config.makeApiClient(CustomObjectsApi);

  const reconcile = async (plural: Plural, { metadata, spec }: Operated): Promise<undefined> => {
    const place = { name: `${prefixes[plural]}-${metadata?.name}`, namespace: metadata?.namespace ?? "" };
    const found = await present(apps.readNamespacedStatefulSet(place));
    const containers = found?.spec?.template.spec?.containers;
    if (!found || !containers || metadata?.deletionTimestamp) return undefined;
    const replicas = spec?.replicas ?? 1;
    const wanted = plural === "prometheuses" ? containers.map((one) => flagged(one, spec?.enableAdminAPI)) : containers;
    if (found.spec?.replicas === replicas && wanted.every((one, index) => one === containers[index])) return undefined;
    const body = { spec: { replicas, template: { spec: { containers: wanted } } } };
    await apps.patchNamespacedStatefulSet({ ...place, body }, merge);
    return undefined;
  };

  const start = (plural: Plural): Loop =>
    startLoop<Operated>(
      context,
      `/apis/${group}/v1/${plural}`,
      async () =>
        (await custom.listCustomObjectForAllNamespaces({
          ...{ group, version: "v1", plural },
        })) as KubernetesListObject<Operated>,
      (object) => reconcile(plural, object),
    );
  return [startWhenServed(context, group, Object.keys(prefixes) as Plural[], start)];
}

/** @returns the same container where it is as it should be. */
function flagged(container: V1Container, enabled = false): V1Container {
  const { args = [], name } = container;
  if (name !== "prometheus" || args.includes(adminFlag) === enabled) return container;
  return { ...container, args: enabled ? [...args, adminFlag] : args.filter((one) => one !== adminFlag) };
}
