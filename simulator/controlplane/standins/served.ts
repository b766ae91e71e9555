/** Loops over kinds that a chart defines: each begins when the API server serves its kind, and ends with that. */
import { ApiextensionsV1Api, type V1CustomResourceDefinition } from "@kubernetes/client-node";
import { startLoop, type Loop, type LoopContext } from "./loop";

/**
 * @param group of the kinds.
 * @param plurals of the kinds.
 * @param start the loop over one of them.
 */
export function startWhenServed<Plural extends string>(
  context: LoopContext,
  group: string,
  plurals: readonly Plural[],
  start: (plural: Plural) => Loop,
): Loop {
  const extensions = context.config.makeApiClient(ApiextensionsV1Api);
  const serving = new Map<Plural, Loop>();
  const pluralOf = ({ spec }: V1CustomResourceDefinition): Plural | undefined =>
    spec.group === group ? plurals.find((plural) => plural === spec.names.plural) : undefined;
  const definitions = startLoop<V1CustomResourceDefinition>(
    context,
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    () => extensions.listCustomResourceDefinition(),
    (definition) => {
      const plural = pluralOf(definition);
      const isServed = definition.status?.conditions?.some(
        ({ type, status }) => type === "Established" && status === "True",
      );
      if (plural && isServed && !serving.has(plural)) serving.set(plural, start(plural));
      return Promise.resolve(undefined);
    },
    (definition) => {
      const plural = pluralOf(definition);
      if (!plural) return;
      void serving.get(plural)?.stop();
      serving.delete(plural);
    },
  );
  return {
    stop: async () => {
      await definitions.stop();
      await Promise.all([...serving.values()].map((loop) => loop.stop()));
    },
  };
}
