import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      // Run with --no-isolate: loading the clouds' SDKs anew for each file would take longer than the tests.
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 30_000 } },
      { test: { name: "contract", include: ["test/contract/**/*.test.ts"], testTimeout: 120_000 } },
      {
        test: {
          name: "rehearsal",
          include: ["test/rehearsal/**/*.test.ts"],
          // Real engines and control planes: after everything else, one file at a time.
          sequence: { groupOrder: 1 },
          poolOptions: { forks: { singleFork: true } },
          testTimeout: 900_000,
          hookTimeout: 2_700_000,
        },
      },
    ],
  },
});
