/** Options that may be given several times. */
import { InvalidArgumentError } from "commander";

/** Collects a repeatable option's values; what the parser throws is what the user reads. */
export function each<Value>(parse: (text: string) => Value) {
  return (text: string, before: Value[]): Value[] => {
    try {
      return [...before, parse(text)];
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}
