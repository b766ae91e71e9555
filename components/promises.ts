/**
 * Makes the program start faster. Pulumi's SDK keeps a stack trace with every promise, ten or more for each resource,
 * to be printed where one never settles and `PULUMI_DEBUG_PROMISE_LEAKS` is set. With tsx's source maps each takes
 * a third of a millisecond, together half of the time that the program needs to describe its resources. So they are
 * taken only where they can be printed. Errors and the source positions of resources keep theirs.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the module itself: `import *` may be given a copy
import debuggable = require("@pulumi/pulumi/runtime/debuggable");

type Debuggable = <Value>(promise: Promise<Value>, context: unknown) => Promise<Value>;

/** Exported by Pulumi's SDK, and left out of its type declarations. */
const exported = debuggable as unknown as { debuggablePromise: Debuggable };

if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) {
  // The SDK's modules call it through these exports: what stands there is what they use.
  exported.debuggablePromise = withoutStack(exported.debuggablePromise);
}

/** `work`, in which new errors have no stack trace. */
export function withoutStack(work: Debuggable): Debuggable {
  return (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return work(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}
