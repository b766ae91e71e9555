/**
 * The product as its user has it: Pulumi's own command line in a checkout, which starts the program by what Pulumi.yaml
 * says, and `platform teardown` over it. Each test goes on from where the one before ended.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Checkout, type Running } from "./languagehost/checkout";
import { openSession, type Session } from "./session";

const stack = "dev-aws";
const platform = ["run", "--silent", "platform", "--", "teardown", "--stack", stack];

let session: Session;
let checkout: Checkout;
beforeAll(async () => {
  session = await openSession({ cloud: "aws" });
  checkout = new Checkout(session);
  const { values } = session.rehearsal.configuration;
  checkout.writeStack(stack, { values: { ...values, protect: true }, secrets: [] });
});
afterAll(async () => {
  checkout?.remove();
  await session?.close();
});

it("previews a new stack, and makes nothing", async () => {
  expect(await checkout.run("pulumi", "stack", "init", stack)).toMatchObject({ code: 0 });
  const { code, output } = await checkout.run("pulumi", "preview");
  expect(code, output).toBe(0);
  expect(output).toMatch(/\d{2,} to create/);
  expect(session.records()).toEqual([]);
});

it("brings it up, and has no changes then", async () => {
  const { code, output } = await checkout.run("pulumi", "up", "--yes", "--skip-preview");
  expect(code, output).toBe(0);
  const again = await checkout.run("pulumi", "preview", "--expect-no-changes");
  expect(again.code, again.output).toBe(0);
  expect((await checkout.run("pulumi", "stack", "output", "clusterName")).output.trim()).toBe(`platform-${stack}`);
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
