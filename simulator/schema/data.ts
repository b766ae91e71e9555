/** The data files, by provider. Another cloud is one more line here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Constraints, Declarations, RuleBook } from "./model";

export interface Book {
  declarations: Declarations;
  /** Unset where there is no API model to take bounds from. */
  constraints?: Constraints;
  rules: RuleBook;
}

// The files are written by the scripts beside them; tests hold them against the forms named here.
export const book: Record<string, Book> = {
  aws: {
    declarations: read<Declarations>("aws.types.json"),
    constraints: read<Constraints>("aws.constraints.json"),
    rules: read<RuleBook>("aws.rules.json"),
  },
  "azure-native": {
    declarations: read<Declarations>("azure-native.types.json"),
    constraints: read<Constraints>("azure-native.constraints.json"),
    rules: read<RuleBook>("azure-native.rules.json"),
  },
  gcp: {
    declarations: read<Declarations>("gcp.types.json"),
    constraints: read<Constraints>("gcp.constraints.json"),
    rules: read<RuleBook>("gcp.rules.json"),
  },
  random: {
    declarations: read<Declarations>("random.types.json"),
    rules: read<RuleBook>("random.rules.json"),
  },
};

function read<Form>(file: string): Form {
  return JSON.parse(readFileSync(join(__dirname, "data", file), "utf8")) as Form;
}
