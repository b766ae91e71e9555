/**
 * The product as its user has it: Pulumi's own command line in a checkout, which starts the program by what Pulumi.yaml
 * says; the steps of the workflows that preview and deploy; `platform teardown`. Each test goes on from where the one
 * before ended.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { project, repository } from "../../cli/project";
import { readStack } from "../../cli/rehearse/stackFile";
import { step } from "../unit/workflows/workflows";
import { Checkout, type Outcome, type Running } from "./languagehost/checkout";
import { openSession, type Session } from "./session";

const stack = "dev-aws";
const platform = ["run", "--silent", "platform", "--", "teardown", "--stack", stack];

let session: Session;
let checkout: Checkout;
beforeAll(async () => {
  session = await openSession({ cloud: "aws" });
  checkout = new Checkout(session);
  // The file as it is: what a rehearsal adds is a secret, which no file may hold in plain text.
  const { values, ...rest } = readStack(repository, project.name, session.rehearsal.options);
  checkout.writeStack(stack, { ...rest, values: { ...values, protect: true } });
});
afterAll(async () => {
  checkout?.remove();
  await session?.close();
});

it("previews a new stack, and makes nothing", async () => {
  expect(await checkout.run("pulumi", "stack", "init", stack)).toMatchObject({ code: 0 });
  await commit("main");
  const { code, output } = await workflow("Preview");
  expect(code, output).toBe(0);
  expect(report()).toMatch(new RegExp(`^### \`${stack}\`: \\d{3} to create\n`));
  expect(report()).toContain(`| create | \`aws:eks/cluster:Cluster\` | \`platform-${stack}-eksCluster\` |`);
  expect(session.records()).toEqual([]);
});

it("does not deploy an old commit over a newer one", async () => {
  writeFileSync(join(checkout.folder, "index.ts"), `${readFileSync(join(checkout.folder, "index.ts"), "utf8")}\n`);
  await commit("newer");
  const { code, output } = await workflow(
    "Deploy",
    "git checkout --quiet main && git update-ref refs/remotes/origin/main newer",
  );
  expect(code, output).toBe(0);
  expect(output).toContain(`::notice::${stack} is not deployed from here`);
  expect(session.records()).toEqual([]);
});

it("brings it up, and has no changes then", async () => {
  const { code, output } = await workflow("Deploy", "git update-ref refs/remotes/origin/main main");
  expect(code, output).toBe(0);
  expect(output).not.toContain("Outputs:");
  const again = await checkout.run("pulumi", "preview", "--expect-no-changes");
  expect(again.code, again.output).toBe(0);
  expect((await checkout.run("pulumi", "stack", "output", "clusterName")).output.trim()).toBe(`platform-${stack}`);
});

it("shows reviewers what a change replaces, and why", async () => {
  const { code, output } = await proposed({ nodes: { vcpu: 4, memoryGiB: 16 } });
  expect(code, output).toBe(0);
  expect(output).toContain(`${stack}: 2 to replace`);
  expect(report()).toMatch(
    /\| replace \| `aws:eks\/nodeGroup:NodeGroup` \| `[\w-]+` \| \*\*replaces:\*\* `instanceTypes\[0\]`/,
  );
});

it("warns reviewers of what would be lost, and fails where Pulumi would refuse", async () => {
  const { code, output } = await proposed({ backup: { enabled: false } });
  expect(code, output).toBe(1);
  expect(report()).toContain(`### \`${stack}\`: the preview failed\n`);
  expect(report()).toMatch(/cannot be deleted\s+because it is protected/);
  expect(report()).toMatch(/\| \*\*delete\*\* \| `aws:s3\/bucket:Bucket` \| `[\w-]+` \| holds data; protected/);
});

it("refuses to tear down what is protected, before anything is touched", async () => {
  const before = session.records().length;
  const { code, output } = await checkout.run("npm", ...platform, "--yes");
  expect(code, output).toBe(2);
  expect(output).toContain(`the stack ${stack} is protected, and nothing of it has been deleted`);
  expect(output).toMatch(/aws:ec2\/vpc:Vpc platform-dev-aws.*--unprotect/s);
  expect(session.records()).toHaveLength(before);
  expect(await rootApplication()).toContain("root");
});

it("lifts the protection first, and leaves the stack's file as it is", async () => {
  const file = () => readFileSync(join(checkout.folder, `Pulumi.${stack}.yaml`), "utf8");
  const before = file();
  const run = checkout.start("npm", ...platform, "--unprotect", "--yes");
  await until(run, () => /❯ Delete Applications/.test(run.output));
  await run.kill();
  expect(file()).toBe(before);
  expect(before).toMatch(/protect: .?true/);
  const vpc = session.records().filter(({ type }) => type === "aws:ec2/vpc:Vpc");
  expect(vpc).toHaveLength(1);

  // Killed there, it needs no leave to lift anything any more.
  const { code, output } = await checkout.run("npm", ...platform);
  expect(code, output).toBe(2);
  expect(output).toMatch(/Its backups stay: platform-dev-aws-backup-[0-9a-f]+\.\nNothing has been touched/);
});

it("killed while it destroys, says how to go on", async () => {
  const begin = session.records().length;
  const run = checkout.start("npm", ...platform, "--yes");
  await until(run, () => session.records().length < begin - 5);
  await run.kill();
  expect(run.output).toMatch(/✔ Delete Applications/);

  const { code, output } = await checkout.run("npm", ...platform, "--yes");
  expect(code, output).toBe(1);
  expect(output).toMatch(/the stack is locked.*pulumi cancel.*the same command goes on from here/s);
});

it("goes on, deletes the backups too when asked, and leaves nothing", async () => {
  expect(await checkout.run("pulumi", "cancel", "--yes")).toMatchObject({ code: 0 });
  const { code, output } = await checkout.run("npm", ...platform, "--delete-backups", "--yes");
  expect(code, output).toBe(0);
  expect(output).toContain(`${stack} is gone. Forget it with: pulumi stack rm ${stack}`);
  expect(output).not.toContain("Still there");
  expect(session.records()).toEqual([]);
  expect(await checkout.run("pulumi", "stack", "rm", "--yes", stack)).toMatchObject({ code: 0 });
});

/** Runs a step of `stack.yml` as GitHub does. */
function workflow(name: string, before = "true"): Promise<Outcome> {
  const { run } = step("stack.yml", "stack", (one) => one.name === name);
  return checkout.run("bash", "-e", "-c", `${before}\nexport STACK=${stack}\n${run}`);
}

/** Previews the stack with other values than it has, as a pull request would; its file is as before then. */
async function proposed(values: Record<string, unknown>): Promise<Outcome> {
  const file = join(checkout.folder, `Pulumi.${stack}.yaml`);
  const before = readFileSync(file, "utf8");
  const settings = parse(before) as { config: Record<string, unknown> };
  for (const [key, value] of Object.entries(values)) settings.config[`${project.name}:${key}`] = value;
  writeFileSync(file, stringify(settings));
  try {
    return await workflow("Preview");
  } finally {
    writeFileSync(file, before);
  }
}

function report(): string {
  return readFileSync(join(checkout.folder, "preview", "report.md"), "utf8");
}

/** Puts what the checkout holds on a branch of its own. */
async function commit(branch: string): Promise<void> {
  const identity = "git -c user.name=me -c user.email=me@example.com";
  const script = `git init --quiet && git checkout --quiet -b ${branch} && git add --all && ${identity} commit --quiet -m ${branch}`;
  const { code, output } = await checkout.run("bash", "-e", "-c", script);
  if (code !== 0) throw new Error(output);
}

async function rootApplication(): Promise<string> {
  const kubectl = session.rehearsal.tools?.kubectl ?? "";
  const command =
    `pulumi stack output kubeconfig --show-secrets > kubeconfig.yaml && ` +
    `KUBECONFIG=kubeconfig.yaml '${kubectl}' -n argocd get applications --output name`;
  return (await checkout.run("sh", "-c", command)).output;
}

async function until(run: Running, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    if (run.hasEnded()) throw new Error(`it ended before it could be killed:\n${run.output}`);
    await sleep(20);
  }
}
