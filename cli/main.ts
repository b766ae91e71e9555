/** The command line: one file a command. */
import { Command } from "commander";
import { rehearseCommand } from "./rehearse/command";
import { stopCommand } from "./stop";

const platform = new Command("platform")
  .description("Runs the same Kubernetes platform on any cloud")
  .addCommand(rehearseCommand())
  .addCommand(stopCommand())
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

void platform.parseAsync();
