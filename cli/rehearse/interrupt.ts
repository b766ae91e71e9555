/** Ctrl-C, and being asked to end: what was started is ended first. */

/** 128 and the number of SIGINT, as shells have it. */
const exitCode = 130;

/**
 * From now on, the first signal runs `end` and then leaves with exit code 130; one more leaves at once.
 * @returns puts things back as they were.
 */
export function onInterrupt(end: () => Promise<void>): () => void {
  let ending = false;
  const interrupted = () => {
    if (ending) process.exit(exitCode);
    ending = true;
    void end()
      .catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
      .finally(() => process.exit(exitCode));
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupted);
  return () => {
    for (const signal of signals) process.off(signal, interrupted);
  };
}
