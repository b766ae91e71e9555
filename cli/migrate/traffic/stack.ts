/** The stack that holds the records, beside the source's: with its backend, its secrets provider and its account. */
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { failing } from "../../rehearse/engine";
import type { Side } from "../side";

/** `prod-to-prod-gcp-traffic` */
export function trafficStackName(from: string, to: string): string {
  return `${from}-to-${to}-traffic`;
}

/**
 * @param directory has the stack's settings; kept between the steps of a migration.
 */
export async function openTraffic({ stack, configuration }: Side, to: string, directory: string): Promise<Stack> {
  const { workspace } = stack;
  const { name: project, backend } = await workspace.projectSettings();
  const { secretsProvider } = await workspace.stackSettings(stack.name);
  const stackName = trafficStackName(stack.name, to);
  const opened = await LocalWorkspace.createOrSelectStack(
    { stackName, projectName: project, program: failing(async () => undefined) },
    {
      workDir: directory,
      pulumiCommand: workspace.pulumiCommand,
      ...(workspace.pulumiHome === undefined ? {} : { pulumiHome: workspace.pulumiHome }),
      envVars: workspace.envVars,
      ...(secretsProvider === undefined ? {} : { secretsProvider }),
      projectSettings: { name: project, runtime: "nodejs", ...(backend ? { backend } : {}) },
    },
  );
  // What the source's providers are told: `gcp:project`, `azure-native:subscriptionId`, `aws:profile`.
  const settings = await opened.workspace.stackSettings(stackName);
  await opened.workspace.saveStackSettings(stackName, { ...settings, config: asTexts(configuration.others) });
  return opened;
}

function asTexts(values: Record<string, unknown>): Record<string, string> {
  const plain = Object.entries(values).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return Object.fromEntries(plain.map(([key, value]) => [key, String(value)]));
}
