/** Charts as rehearsals install them: their objects under some values. */
import { charts } from "../../../simulator/kubernetes";
import type { KubernetesObject } from "../../../simulator/kubernetes/objects";
import { skeletons } from "../../../simulator/kubernetes/release/objects";
import type { Properties } from "../../../simulator/provider";

export function chart(name: string) {
  const found = charts.get(name);
  if (!found) throw new Error(`no chart ${name}`);
  return found;
}

export function render(
  name: string,
  values: Properties = {},
  release = chart(name).release,
  namespace = "n",
): KubernetesObject[] {
  return skeletons({ chart: chart(name), release: { name: release, namespace }, values });
}

export const names = (objects: KubernetesObject[], kind: string) =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
export const find = (objects: KubernetesObject[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
