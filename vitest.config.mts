import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Some run the program: Pulumi's SDK is three times as fast without a stack trace for every promise. */
const setupFiles = ["./components/promises.ts"];

/** Not needed by unit tests, which run on a machine that has none of them. */
const programs = ["./test/programs.ts"];

export default defineConfig({
  test: {
    // Left to itself, vitest keeps one core free: on two cores that is half of them. A rehearsal takes some gigabytes.
    maxWorkers: Math.min(availableParallelism(), 4),
    // A program makes a hundred thousand short-lived promises: with V8's 16 MiB for what is young, a quarter of the time
    // goes to collecting them.
    poolOptions: { forks: { execArgv: ["--max-semi-space-size=64"] } },
    projects: [
      // Run with --no-isolate: loading the clouds' SDKs anew for each file would take longer than the tests.
      {
        test: {
          name: "unit",
          include: ["test/{unit,property}/**/*.test.ts"],
          setupFiles: ["./test/setup.ts"],
          testTimeout: 30_000,
          // Some bring the whole program up before their first test.
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          globalSetup: programs,
          setupFiles,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "rehearsal",
          include: ["test/rehearsal/**/*.test.ts"],
          globalSetup: programs,
          // Real engines and control planes: after everything else. One alone leaves a third of two cores idle.
          sequence: { groupOrder: 1 },
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
