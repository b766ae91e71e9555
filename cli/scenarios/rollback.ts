/** Back to what ran before: by `git revert` where Git decides, by Argo CD's history where a person does. */
import { expectThat, type Lab, type Scenario } from "./scenario";
import { applicationState, syncByHand, syncIfWaiting, untilSync } from "./applications";

const environments = { dev: "guestbook-dev", prod: "guestbook-prod" } as const;
const image = "docker.io/library/python";

export const rollback: Scenario = {
  name: "rollback",
  title: "A bad version is taken back: by git revert, and from Argo CD's history where sync is manual",
  async run(lab) {
    await byRevert(lab);
    if (await applicationState(lab.clients, environments.prod)) await byHistory(lab);
    else lab.saw("this cluster has no production: it takes the small selection");
  },
};

async function byRevert({ git, workloads, say, saw }: Lab): Promise<void> {
  const app = { namespace: environments.dev, name: "frontend" };
  const before = await workloads.images(app);
  say("a version that is not wanted");
  const bad = await release(git, "dev", "9.9.9");
  await workloads.until("dev runs it", 60, async () => (await workloads.images(app)).includes(`${image}:9.9.9`));
  say("git revert");
  await git.revert(bad);
  const took = await workloads.until("dev runs what ran before", 60, async () => {
    const now = await workloads.images(app);
    return now.join() === before.join();
  });
  saw(`guestbook-dev back at ${before.join(", ")} ${took.toFixed(1)} s after git revert`);
}

async function byHistory(lab: Lab): Promise<void> {
  const { argocd, git, workloads, say, saw } = lab;
  const name = environments.prod;
  const app = { namespace: name, name: "frontend" };
  await syncIfWaiting(lab, name);
  const before = await workloads.images(app);
  const last = (await history(argocd, name)).at(-1)?.id;
  say("a version that is not wanted, approved");
  const bad = await release(git, "prod", "9.9.9");
  await untilSync(lab, name, "OutOfSync");
  expectThat((await workloads.images(app)).join() === before.join(), "nothing changes before the approval");
  await syncByHand(lab, name);
  await workloads.until("production runs it", 60, async () => (await workloads.images(app)).includes(`${image}:9.9.9`));
  say(`argocd app rollback ${name} ${last}`);
  const start = Date.now();
  await argocd.run("app", "rollback", name, String(last), "--timeout", "120");
  await workloads.until("production runs what ran before", 60, async () => {
    return (await workloads.images(app)).join() === before.join();
  });
  const took = ((Date.now() - start) / 1000).toFixed(1);
  saw(
    `${name} back at ${before.join(", ")} ${took} s after argocd app rollback, while Git still names the bad version`,
  );
  await git.revert(bad);
  await untilSync(lab, name, "Synced");
}

function release(git: Lab["git"], environment: "dev" | "prod", tag: string): Promise<string> {
  const file = `apps/guestbook/overlays/${environment}/kustomization.yaml`;
  const present = new RegExp(`name: ${image}\\n +newTag: (\\S+)`).exec(git.read(file));
  if (!present) throw new Error(`${file} names no tag of ${image}`);
  git.replace(file, present[0], present[0].replace(present[1] ?? "", tag));
  return git.push(`guestbook ${environment}: ${tag}`);
}

/** What Argo CD has deployed, the newest last. */
async function history(argocd: Lab["argocd"], name: string): Promise<{ id: number }[]> {
  const { status } = await argocd.json<{ status: { history?: { id: number }[] } }>(
    "app",
    "get",
    name,
    "--output",
    "json",
  );
  return status.history ?? [];
}
