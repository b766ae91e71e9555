/** Values of options. */
import { InvalidArgumentError } from "commander";

/** Reads a count from 1; the unit is for the message: `seconds`. */
export function whole(unit: string): (text: string) => number {
  return (text) => {
    if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError(`not a whole number of ${unit} from 1`);
    return Number(text);
  };
}

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
