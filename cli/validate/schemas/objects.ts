/** Runs the schema checks once for each distinct object. */
import type { CustomKind } from "./custom";
import { checkSchema, isNamespaced } from "./check";
import type { SchemaFinding } from "./words";
import type { Manifest } from "../model";

export class Schemas {
  private readonly findings = new WeakMap<Manifest, SchemaFinding[]>();

  /** @param open as `checkSchema` takes it. */
  constructor(
    private readonly custom: ReadonlyMap<string, CustomKind>,
    private readonly open: boolean,
  ) {}

  check(object: Manifest): SchemaFinding[] {
    const found = this.findings.get(object) ?? checkSchema(object, this.custom, this.open);
    this.findings.set(object, found);
    return found;
  }

  isSound(object: Manifest): boolean {
    return !this.check(object).some(({ form }) => form);
  }

  /** What nothing defines counts as namespaced, as most kinds are. */
  isNamespaced(object: Manifest): boolean {
    return isNamespaced(object, this.custom) ?? true;
  }
}
