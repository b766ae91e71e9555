/** One `up`, and all that it did. */
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
