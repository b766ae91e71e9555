/** Holds every object against the definition of its kind. */
import { closest, distance } from "fastest-levenshtein";
import { isBuiltInGroup, kubernetes, kindOf } from "./table";
import { checkBuiltIn } from "./builtin";
import { checkCustom, type CustomKind } from "./custom";
import { isPlatformGroup } from "./definitions";
import { groupOf, type Manifest } from "../model";
import type { SchemaFinding } from "./words";

export type Kinds = ReadonlyMap<string, CustomKind>;

/** Undefined where nothing defines the kind. */
export function isNamespaced({ apiVersion, kind }: Manifest, custom: Kinds): boolean | undefined {
  const key = `${apiVersion} ${kind}`;
  const successor = kubernetes.kinds[kubernetes.gone[key]?.replacement ?? ""];
  return (kindOf(apiVersion, kind) ?? custom.get(key) ?? successor)?.namespaced;
}

/**
 * @param custom kinds that CustomResourceDefinitions define.
 * @param open whether something unknown may define more of them on the cluster: a Helm chart, another repository, or a
 *   definition that could not be had. Kinds in groups that nobody here defines are let pass then.
 */
export function checkSchema(object: Manifest, custom: Kinds, open: boolean): SchemaFinding[] {
  const builtIn = checkBuiltIn(object);
  if (builtIn) return builtIn;
  const key = `${object.apiVersion} ${object.kind}`;
  const definition = custom.get(key);
  if (definition) return checkCustom(object, definition);
  const group = groupOf(object.apiVersion);
  const known = [...Object.keys(kubernetes.kinds), ...custom.keys()];
  const groupKnown = isBuiltInGroup(object.apiVersion) || [...custom.keys()].some((one) => one.startsWith(`${group}/`));
  if (open && !groupKnown) return [];
  if (isPlatformGroup(object.apiVersion) && !groupKnown) return [];
  // The same kind in another version, or a kind that is written almost so.
  const near = known.filter((one) => distance(one.split(" ")[1] ?? "", object.kind) <= 2);
  const other = near.length > 0 ? `write ${closest(key, near)}, or ` : "";
  return [
    {
      path: ["apiVersion"],
      rule: "api-version",
      form: true,
      problem: `there is no kind ${object.kind} in ${object.apiVersion}`,
      advice: `${other}add the CustomResourceDefinition that defines it`,
    },
  ];
}
