/** The engine's operations with progress, and errors that a person can read. */
import { ConcurrentUpdateError, type EngineEvent, type OpMap, type Stack } from "@pulumi/pulumi/automation";

export type Say = (line: string) => void;

/**
 * Brings the stack up.
 * @param configFile read in place of the stack's own `Pulumi.<stack>.yaml`.
 * @throws Error with the engine's own diagnostics.
 */
export async function up(stack: Stack, say: Say, configFile?: string): Promise<void> {
  const watch = new Watch(say);
  try {
    await stack.up({ onEvent: (event) => watch.see(event), onOutput: () => undefined, configFile });
  } catch (error) {
    throw watch.explain(error);
  }
}

/**
 * Deletes everything in the stack.
 * @throws Error with the engine's own diagnostics.
 */
export async function destroy(stack: Stack, say: Say): Promise<void> {
  const watch = new Watch(say);
  try {
    await stack.destroy({ onEvent: (event) => watch.see(event), onOutput: () => undefined });
  } catch (error) {
    throw watch.explain(error);
  }
}

/**
 * Previews the stack.
 * @returns what would change, `same` left out.
 */
export async function preview(stack: Stack, say: Say): Promise<string[]> {
  const watch = new Watch(say);
  try {
    await stack.preview({ onEvent: (event) => watch.see(event), onOutput: () => undefined });
  } catch (error) {
    throw watch.explain(error);
  }
  return watch.changes;
}

/** Follows the engine's events. */
class Watch {
  /** `update aws:ec2/vpc:Vpc main`, one for each step that is no `same`. */
  readonly changes: string[] = [];
  private readonly going = new Map<string, string>();
  private readonly errors: string[] = [];
  private done = 0;

  constructor(private readonly say: Say) {}

  see({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }: EngineEvent): void {
    if (resourcePreEvent) {
      const { op, urn, type } = resourcePreEvent.metadata;
      if (!unchanged.includes(op)) {
        this.changes.push(`${op} ${type} ${nameOf(urn)}`);
        this.going.set(urn, nameOf(urn));
      }
    }
    const ended = resOutputsEvent ?? resOpFailedEvent;
    if (ended) {
      this.going.delete(ended.metadata.urn);
      this.done += 1;
    }
    if (diagnosticEvent?.severity === "error") this.errors.push(diagnosticLine(diagnosticEvent));
    const names = [...this.going.values()];
    this.say(`${this.done} done${names.length > 0 ? `; now ${names.slice(-3).join(", ")}` : ""}`);
  }

  /** The diagnostics in place of the command line and its whole output. */
  explain(error: unknown): Error {
    if (error instanceof ConcurrentUpdateError) {
      return new Error(
        "the stack is locked: another update of it is running, or one was killed. Make sure that nobody else is at it, " +
          "then lift the lock with: pulumi cancel",
        { cause: error },
      );
    }
    const own = this.errors.filter((line) => !/update failed|preview failed$/.test(line));
    if (own.length === 0) return error instanceof Error ? error : new Error(String(error));
    return new Error([...new Set(own)].join("\n"), { cause: error });
  }
}

const unchanged: string[] = ["same", "read", "refresh"] satisfies (keyof OpMap)[];

function diagnosticLine({ urn, message }: { urn?: string; message: string }): string {
  const text = message.replace(/<\{%[^%]*%\}>/g, "").trim();
  return urn ? `${nameOf(urn)}: ${text}` : text;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
