/** The command line: one file or folder a command. */
import { Command } from "commander";
import { affectedStacksCommand } from "./affected/command";
import { awaitImagesCommand, promoteCommand, promotionsCommand, setImageCommand } from "./deliver/command";
import { initCommand } from "./init/command";
import { migrateCommand } from "./migrate/command";
import { previewReportCommand } from "./preview/command";
import { rehearseCommand } from "./rehearse/command";
import { rehearseMigrationCommand } from "./rehearse/migration/command";
import { resealCommand } from "./reseal/command";
import { stopCommand } from "./stop";
import { teardownCommand } from "./teardown/command";
import { validateCommand } from "./validate/command";
import { backupCommand, backupsCommand, restoreCommand, restoreDrillCommand } from "./velero/command";

const platform = new Command("platform")
  .description("Runs the same Kubernetes platform on any cloud")
  .addCommand(rehearseCommand())
  .addCommand(rehearseMigrationCommand())
  .addCommand(stopCommand())
  .addCommand(initCommand())
  .addCommand(teardownCommand())
  .addCommand(backupCommand())
  .addCommand(backupsCommand())
  .addCommand(restoreCommand())
  .addCommand(restoreDrillCommand())
  .addCommand(migrateCommand())
  .addCommand(validateCommand())
  .addCommand(resealCommand())
  .addCommand(affectedStacksCommand())
  .addCommand(previewReportCommand())
  .addCommand(setImageCommand())
  .addCommand(promotionsCommand())
  .addCommand(awaitImagesCommand())
  .addCommand(promoteCommand());

for (const command of [platform, ...platform.commands]) {
  // Whatever is wrong with the input ends with 2: 1 is for a platform that did not converge.
  command
    .showHelpAfterError("(--help tells the options)")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}

void platform.parseAsync();
