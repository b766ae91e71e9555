/** A rehearsal that a test takes step by step, in a folder of its own. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeRehearsal } from "../../cli/rehearse/directory";
import { parseSetting, type RehearseOptions } from "../../cli/rehearse/options";
import { emptyReport } from "../../cli/rehearse/report";
import { withSealingKey } from "../../cli/rehearse/sealing";
import { readStack, stackName, writeStack } from "../../cli/rehearse/stackFile";
import { end, start } from "../../cli/rehearse/steps";
import { records, type Rehearsal } from "../../cli/rehearse/world";
import { preview } from "../../cli/rehearse/up";
import { project, repository } from "../../cli/project";

/** Nothing but errors is worth a line in a test's output. */
export const quiet = (): void => undefined;

/** Clouds as fast as they can be: what a test waits for is the engine and the control plane. */
const timeScale = 1 / 2000;

export async function openSession(
  given: Partial<RehearseOptions>,
  directory = mkdtempSync(join(tmpdir(), "rehearsal-")),
): Promise<Session> {
  const options: RehearseOptions = { stack: "dev", set: [], faults: [], keep: false, ...given };
  const configuration = readStack(repository, project.name, options);
  const name = stackName(options);
  const rehearsal: Rehearsal = {
    options,
    name,
    directory,
    configuration,
    timeScale,
    report: emptyReport(name, String(configuration.values["cloud"])),
  };
  const session = new Session(rehearsal);
  try {
    await start(rehearsal, quiet);
  } catch (error) {
    await session.close();
    throw error;
  }
  return session;
}

export class Session {
  constructor(readonly rehearsal: Rehearsal) {}

  get stack() {
    if (!this.rehearsal.stack) throw new Error("the session is not open");
    return this.rehearsal.stack;
  }

  /** Lays settings over the stack's file, in place of those before: `nodes.max=4`. */
  async configure(...settings: string[]): Promise<void> {
    const { options, directory } = this.rehearsal;
    const set = [...options.set, ...settings.map(parseSetting)];
    const configuration = withSealingKey(readStack(repository, project.name, { ...options, set }), directory);
    await writeStack(this.stack, project.name, configuration);
  }

  preview(): Promise<string[]> {
    return preview(this.stack, quiet);
  }

  records() {
    return records(this.rehearsal.directory, this.rehearsal.name);
  }

  /** Custom resources of the clouds in the engine's state: type and id. */
  async state(): Promise<string[]> {
    const clouds = (await this.resources()).filter(({ type }) => /^(aws|azure-native|gcp):/.test(type));
    return clouds.map(({ type, id }) => `${type} ${id}`);
  }

  /** Everything that the engine knows of. */
  async urns(): Promise<Set<string>> {
    return new Set((await this.resources()).map(({ urn }) => urn));
  }

  private async resources() {
    const { deployment } = (await this.stack.exportStack()) as {
      deployment: { resources?: { urn: string; type: string; id?: string }[] };
    };
    return deployment.resources ?? [];
  }

  async close(): Promise<void> {
    await end(this.rehearsal, quiet);
    removeRehearsal(this.rehearsal.directory);
  }
}
