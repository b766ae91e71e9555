/** Values that are neither lists nor maps, and what they should be in words: the same for Kubernetes' kinds and custom ones. */

/** What should be there instead; undefined where the value fits, and for types that are none of these. */
export function scalarFault(value: unknown, type: unknown): string | undefined {
  switch (type) {
    case "string":
      return typeof value === "string" ? undefined : "a text";
    case "integer":
      return Number.isInteger(value) ? undefined : "a whole number";
    case "number":
      return typeof value === "number" ? undefined : "a number";
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "intOrString":
      return Number.isInteger(value) || typeof value === "string" ? undefined : "a whole number or a text";
    default:
      return undefined;
  }
}
