/** A version goes from dev to staging to production: by commits, and in the end by a person's approval. */
import { execa } from "execa";
import { isolatedGit } from "../../simulator/git/scratch";
import { repository } from "../project";
import { applicationState, syncByHand, syncIfWaiting, untilSync } from "./applications";
import { expectThat, type Lab, type Scenario } from "./scenario";

const image = "docker.io/library/python";
const environments = ["dev", "staging", "prod"] as const;
type Environment = (typeof environments)[number];
const production = "guestbook-prod";
const digest = `sha256:${"5".repeat(64)}`;

export const promote: Scenario = {
  name: "promote",
  title: "One digest goes from dev to staging to production, by commit and approval",
  async run(lab) {
    const { clients, git, workloads, say, saw } = lab;
    expectThat(
      (await applicationState(clients, production)) !== undefined,
      "the cluster has all three environments: it takes the full selection, as --stack prod does",
    );
    const before = environments.map((environment) => git.read(overlay(environment)));
    await syncIfWaiting(lab, production);
    say("a new image in dev");
    const reference = `${image}:3.13.99-alpine@${digest}`;
    await platform(lab, "set-image", "guestbook", "--image", reference);
    const start = Date.now();
    await git.push("guestbook: a new version in dev");
    await arrives(lab, "dev");
    say("dev → staging: platform promote");
    await platform(lab, "promote", "guestbook", "--from", "dev");
    await git.pull();
    await arrives(lab, "staging");
    say("staging → production: the change that platform promote proposes, merged");
    copyImages(lab, "staging", "prod");
    await git.push("guestbook: staging to production");
    await untilSync(lab, production, "OutOfSync");
    expectThat(!(await runs(lab, "prod")), "production runs nothing new before it is approved");
    await syncByHand(lab, production);
    await arrives(lab, "prod");
    const took = ((Date.now() - start) / 1000).toFixed(1);
    saw(`dev, staging and production run ${digest.slice(0, 14)}…, the same digest, ${took} s after the first push`);

    say("all of it is taken back");
    environments.forEach((environment, at) => git.write(overlay(environment), before[at] ?? ""));
    await git.push("guestbook: as before");
    await untilSync(lab, production, "OutOfSync");
    await syncByHand(lab, production);
    for (const environment of environments) {
      await workloads.until(`${environment} runs what ran before`, 120, async () => !(await runs(lab, environment)));
    }
  },
};

function overlay(environment: Environment): string {
  return `apps/guestbook/overlays/${environment}/kustomization.yaml`;
}

async function runs({ workloads }: Lab, environment: Environment): Promise<boolean> {
  const images = await workloads.images({ namespace: `guestbook-${environment}`, name: "frontend" });
  return images.some((one) => one.endsWith(`@${digest}`));
}

async function arrives(lab: Lab, environment: Environment): Promise<void> {
  await lab.workloads.until(`${environment} runs the new version and nothing else`, 120, async () => {
    const images = await lab.workloads.images({ namespace: `guestbook-${environment}`, name: "frontend" });
    return images.length === 1 && images[0]?.endsWith(`@${digest}`) === true;
  });
}

/** A command of the product, on the clone. */
async function platform({ git }: Lab, ...args: string[]): Promise<void> {
  await execa("npx", ["tsx", "cli/main.ts", ...args, "--folder", git.path()], { cwd: repository, ...isolatedGit() });
}

/** What `platform promote` writes: its pull request needs a Git host that has them. */
function copyImages({ git }: Lab, from: Environment, to: Environment): void {
  const images = (text: string) => /^images:\n(?: .*\n|- .*\n)+/m.exec(text)?.[0] ?? "";
  const source = images(git.read(overlay(from)));
  git.write(overlay(to), git.read(overlay(to)).replace(images(git.read(overlay(to))), source));
}
