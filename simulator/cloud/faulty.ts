/**
 * Faults for the providers that are no cloud's. They keep nothing of their own: Kubernetes objects live on a real API
 * server, random values in the state.
 */
import { InitializationFailed, type CreateRequest, type SimulatedProvider } from "../provider";
import { moment, type FaultKind, type Faults } from "./faults";

export interface FaultyOptions {
  faults: Faults;
  /** A fault in the words of what answers there. */
  messages: Record<FaultKind, (request: CreateRequest) => string>;
  /** Whether what did not become ready in time is removed again before the error is told, as an atomic release is. */
  takesBack?(request: CreateRequest): boolean;
  /** Ends the engine, for the fault `crash`. */
  crash(): void;
}

/** The same provider, whose creations go wrong where faults are meant for them. */
export function faulty(provider: SimulatedProvider, options: FaultyOptions): SimulatedProvider {
  const { faults, messages, takesBack, crash } = options;
  const create: SimulatedProvider["create"] = async (request) => {
    const fault = request.preview ? undefined : faults.next(request.type, request.name);
    if (!fault) return provider.create(request);
    const { kind } = fault;
    const message = messages[kind](request);
    if (kind === "throttle" || kind === "quota") {
      await moment();
      throw new Error(message);
    }
    const created = await provider.create(request);
    await moment();
    if (kind === "crash") {
      // One engine dies of several such faults once; the next one has nothing to do with them.
      if (!request.ended?.aborted) crash();
      await new Promise(() => undefined);
    }
    if (kind === "timeout" && takesBack?.(request)) {
      await provider.delete({ ...request, ...created });
      throw new Error(message);
    }
    throw new InitializationFailed(created.id, created.outputs, [message]);
  };
  return Object.assign(Object.create(provider) as SimulatedProvider, { create });
}
