/** JSON merge patches (RFC 7386), as Velero's resource modifiers apply them. */
import { isRecord } from "../../validate/model";

/** The value as the patch leaves it; neither is changed. */
export function mergePatch(value: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Record<string, unknown> = isRecord(value) ? { ...value } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else result[key] = mergePatch(result[key], change);
  }
  return result;
}
