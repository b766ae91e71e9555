/** Asks the user: the few kinds of questions there are. */
import { confirm, input, password, select } from "@inquirer/prompts";

export interface Choice<Value> {
  value: Value;
  name: string;
}

export interface Asker {
  /** @param validate tells what is wrong, or undefined */
  text(
    message: string,
    options: { default?: string; validate?: (text: string) => string | undefined },
  ): Promise<string>;
  choose<Value extends string>(message: string, choices: Choice<Value>[], standard?: Value): Promise<Value>;
  confirm(message: string, standard: boolean): Promise<boolean>;
  /** Not shown while it is typed. */
  secret(message: string): Promise<string>;
}

export const terminal: Asker = {
  text: (message, { default: standard, validate }) =>
    input({
      message,
      ...(standard === undefined ? {} : { default: standard }),
      validate: (text) => validate?.(text) ?? true,
    }),
  choose: (message, choices, standard) =>
    select({ message, choices, ...(standard === undefined ? {} : { default: standard }) }),
  confirm: (message, standard) => confirm({ message, default: standard }),
  secret: (message) => password({ message, mask: true, validate: (text) => (text === "" ? "is empty" : true) }),
};

/** Whether the user has ended it with Ctrl-C. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof Error && error.name === "ExitPromptError";
}
