/** `platform set-image`, `promotions`, `await-images` and `promote`: what the workflows of a gitops repository run. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { asTable } from "../validate/output";
import { validate } from "../validate/validate";
import { awaitArrival } from "./arrival";
import { readNow } from "./change";
import { promote, promotionsSince, proposeVersion, setImage, type Outcome } from "./deliver";
import { BadImage, parseReference, readImages } from "./images";
import { placeOf, UnknownPlace } from "./places";

interface Folder {
  folder: string;
}

/** Publishes nothing: the image is there, and this says that it should run. */
export function setImageCommand(): Command {
  return command("set-image", "writes a published image into an application's first environment")
    .argument("<app>", "a folder of apps/, or of apps/development/")
    .requiredOption("--image <reference>", "registry/name:tag@sha256:…")
    .option("--push", "commit it to main, validated; where the first environment is production, open a pull request")
    .action((app: string, { folder, image, push }: Folder & { image: string; push?: true }) =>
      told(async () => {
        const reference = parseReference(image);
        if (push) return describe(app, await setImage(folder, app, reference, validated));
        const proposal = await proposeVersion(folder, app, reference);
        for (const [path, text] of Object.entries(proposal?.files ?? {})) await writeFile(join(folder, path), text);
        return proposal ? `${Object.keys(proposal.files).join(", ")}: written` : `${app}: nothing to do`;
      }),
    );
}

/** Prints one line of JSON: `[{"app":"guestbook","from":"dev","to":"staging"}]`. */
export function promotionsCommand(): Command {
  return command("promotions", "prints which environments are to get what others have got, as JSON")
    .requiredOption("--since <commit>", "the commit before the change")
    .action(({ folder, since }: Folder & { since: string }) =>
      told(async () => JSON.stringify(await promotionsSince(folder, since))),
    );
}

export function promoteCommand(): Command {
  return command("promote", "writes what one environment of an application runs into the next one, validated")
    .argument("<app>")
    .requiredOption("--from <environment>", "dev or staging: its images, as the commit has them that is checked out")
    .action((app: string, { folder, from }: Folder & { from: string }) =>
      told(async () => describe(app, await promote(folder, app, from, validated))),
    );
}

/** Reads `ARGOCD_SERVER` and `ARGOCD_AUTH_TOKEN` as Argo CD's own command line does. */
export function awaitImagesCommand(): Command {
  return command("await-images", "waits until Argo CD says that an environment runs what Git says, and stays healthy")
    .argument("<app>")
    .requiredOption("--environment <name>", "dev, staging or prod")
    .option("--timeout <seconds>", "until when", Number, 900)
    .option("--stable <seconds>", "for how long it must stay so", Number, 60)
    .action(
      (app: string, { folder, environment, ...times }: Folder & Record<"environment", string> & Times): Promise<void> =>
        told(async () => {
          const { application, file } = placeOf(folder, app, environment);
          const { ARGOCD_SERVER: host = "", ARGOCD_AUTH_TOKEN: token = "" } = process.env;
          if (host === "" || token === "") {
            throw new UnknownPlace("ARGOCD_SERVER and ARGOCD_AUTH_TOKEN tell where Argo CD is, and let us ask it");
          }
          const server = host.includes("://") ? host : `https://${host}`;
          const images = readImages(await readNow(folder, file));
          await awaitArrival({ server, token, application, images, interval: 5, ...times }, (line) =>
            process.stderr.write(`${line}\n`),
          );
          return `${application} has run it for ${times.stable} s`;
        }),
    );
}

interface Times {
  timeout: number;
  stable: number;
}

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option(
      "--folder <path>",
      "the gitops folder, in a clone of its repository",
      (path) => resolve(path),
      resolve("gitops"),
    );
}

/** Ends with 2 where the input is wrong, with 1 where it could not be done. */
async function told(run: () => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await run()}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = error instanceof UnknownPlace || error instanceof BadImage ? 2 : 1;
  }
}

function describe(app: string, outcome: Outcome): string {
  if (outcome.done === "nothing") return `${app}: nothing to do: ${outcome.why}`;
  if (outcome.done === "pushed") return `${app}: pushed as ${outcome.commit}`;
  return `${app}: a person decides: ${outcome.url}`;
}

/** @throws Error after telling what is wrong. */
async function validated(folder: string): Promise<void> {
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  const validation = await validate(folder, tell);
  if (validation.findings.length === 0) return;
  tell(asTable(validation, process.stderr.columns ?? 140));
  throw new Error("not pushed: platform validate refuses what it would make, see above");
}
