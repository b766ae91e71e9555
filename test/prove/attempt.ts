/** One `up`, and all that it did. */
import type { EventEmitter } from "node:events";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";

export interface Attempt {
  /** What the engine set out to do, resource by resource: `same` too. */
  steps: { op: string; urn: string }[];
  /** Resources that it has finished. */
  done: Set<string>;
  /** Unset: it converged. */
  error?: Error;
  /** The engine's own error messages. */
  errors: { urn: string; message: string }[];
}

export async function attempt(stack: Stack): Promise<Attempt> {
  dismissAbandoned();
  const found: Attempt = { steps: [], done: new Set(), errors: [] };
  const see = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent }: EngineEvent) => {
    if (resourcePreEvent) found.steps.push({ op: resourcePreEvent.metadata.op, urn: resourcePreEvent.metadata.urn });
    if (resOutputsEvent) found.done.add(resOutputsEvent.metadata.urn);
    if (diagnosticEvent?.severity === "error") {
      const message = diagnosticEvent.message.replace(/<\{%[^%]*%\}>/g, "").trim();
      found.errors.push({ urn: diagnosticEvent.urn ?? "", message });
    }
  };
  try {
    // All that can be made at the same time is: so much more is under way when something goes wrong.
    await stack.up({ parallel: 32, onEvent: see, onOutput: () => undefined });
  } catch (error) {
    found.error = error instanceof Error ? error : new Error(String(error));
  }
  return found;
}

/** What the Automation API listens to while a program runs: errors that nobody takes. */
const errorEvents = ["uncaughtException", "unhandledRejection"];
const emitter: EventEmitter = process;
const before = new Map(errorEvents.map((event) => [event, emitter.listeners(event)]));

/**
 * A program whose engine was killed never ends, and listens for ever. All but the last are dismissed: what an abandoned
 * program may still throw must find a listener, and one of them does.
 */
function dismissAbandoned(): void {
  for (const event of errorEvents) {
    const abandoned = emitter.listeners(event).filter((listener) => !before.get(event)?.includes(listener));
    for (const listener of abandoned.slice(0, -1)) emitter.off(event, listener as () => void);
  }
}
