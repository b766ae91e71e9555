/** Scenarios as steps of a rehearsal. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { scenarios } from "../scenarios";
import { logIn } from "../scenarios/argocd";
import { GitCheckout } from "../scenarios/checkout";
import type { Scenario } from "../scenarios/scenario";
import { Workloads } from "../scenarios/workloads";
import { cluster, kubeconfigOf, present, reportApplications } from "./cluster";
import { writeKubeconfig } from "./kubeconfig";
import { UsageError } from "./options";
import type { Step } from "./progress";
import { argocdAddress } from "./shell";
import type { Rehearsal } from "./world";

/** Names of all scenarios for `all`. */
export function scenarioNames(given: string[] = []): string[] {
  return given.includes("all") ? scenarios.map(({ name }) => name) : given;
}

/** @throws UsageError with every name that is no scenario's. */
export function checkScenarios(names: string[] = []): void {
  const wrong = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (wrong.length === 0) return;
  const known = scenarios.map(({ name, title }) => `  ${name}: ${title}`).join("\n");
  throw new UsageError(
    `--scenario ${wrong.join(", ")}: there is no such scenario; there are\n${known}\n  all: all of them`,
  );
}

export function scenarioStep(name: string): Step<Rehearsal> {
  const scenario = scenarios.find((one) => one.name === name) as Scenario;
  return {
    name: `scenario-${name}`,
    title: scenario.title,
    run: (rehearsal, say) => play(scenario, rehearsal, say),
  };
}

async function play(scenario: Scenario, rehearsal: Rehearsal, say: (line: string) => void): Promise<void> {
  const { directory, configuration, report } = rehearsal;
  const tools = present(rehearsal.tools);
  const { environment, gitops } = present(rehearsal.clouds);
  const clients = await cluster(rehearsal);
  const folder = join(directory, "scenarios", scenario.name);
  mkdirSync(folder, { recursive: true });
  const { revision = "main" } = configuration.values["gitops"] as { revision?: string };
  const seen: string[] = [];
  report.scenarios.push({ name: scenario.name, seen });
  try {
    await scenario.run({
      side: { name: rehearsal.name, stack: present(rehearsal.stack), configuration, connect: async () => clients },
      clients,
      git: await GitCheckout.of(gitops, revision, join(folder, "repository")),
      workloads: new Workloads(clients),
      argocd: await logIn(clients, tools.argocd, argocdAddress(directory)),
      tools,
      environment,
      kubeconfig: writeKubeconfig(join(folder, "kubeconfig"), await kubeconfigOf(rehearsal), environment),
      folder,
      say,
      saw: (fact) => void seen.push(fact),
    });
  } finally {
    // Where it failed, that is what is told, and not that nobody could be asked after it.
    await reportApplications(rehearsal, clients).catch(() => undefined);
  }
}
