/** `platform init` with Pulumi's own command line, on a folder: login, stack, encrypted values. */
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { execa } from "execa";
import { parse } from "yaml";
import { ensureTools } from "../../../cli/tools";
import { answering, Session } from "./session";

let session: Session;
let pulumi: string;
let state: string;
beforeEach(async () => {
  ({ pulumi } = await ensureTools(() => undefined, ["pulumi"]));
  session = new Session([]);
  session.add(pulumi);
  state = `file://${join(session.folder, "state")}`;
  vi.stubEnv("PULUMI_HOME", join(session.folder, "home"));
});
afterEach(() => session.end());

const file = `# Ours.
config:
  # Where the office is.
  kubernetes-platform:region: kind # its kind cluster
  kubernetes-platform:cloud: local
  kubernetes-platform:environment: dev
`;

it("makes a stack whose secrets only the passphrase opens, and keeps the file's comments", async () => {
  session.write("dev", file);
  const asked: string[] = [];
  const answers = {
    "Which Git repository": "https://github.com/example/our-platform",
    "How does Argo CD": "token",
    "The token": "token-of-example",
    "A passphrase": "correct horse",
    "The same again": "correct horse",
  };
  const read = await session.ask(answering(answers, asked), { stack: "dev", backend: state });
  expect(asked).toContain("Do what is to do?");
  expect(read).toContain("dev is ready");
  const text = session.file("dev");
  expect(text.startsWith(file.slice(0, file.indexOf("  kubernetes-platform:cloud")))).toBe(true);
  expect(text).not.toContain("token-of-example");
  expect(parse(text)).toMatchObject({
    config: {
      "kubernetes-platform:gitops": {
        credentials: { username: "git", password: { secure: expect.any(String) as string } },
      },
    },
    encryptionsalt: expect.any(String) as string,
  });

  const env = { PULUMI_CONFIG_PASSPHRASE: "correct horse", PULUMI_BACKEND_URL: state };
  const get = ["config", "get", "--path", "gitops.credentials.password", "--stack", "dev", "--cwd", session.root];
  expect((await execa(pulumi, get, { env })).stdout.trim()).toBe("token-of-example");

  const second = await session.run("--stack", "dev", "--backend", state, "--yes");
  expect(second.out).toContain("Everything is there; nothing was changed.");
  expect(session.file("dev")).toBe(text);
});

it("goes on where the login of before was another, and takes up a stack that is there", async () => {
  session.write(
    "dev",
    `${file}  kubernetes-platform:gitops:\n    repository: https://github.com/example/our-platform\n`,
  );
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "correct horse");
  expect(await session.run("--stack", "dev", "--backend", state, "--yes")).toMatchObject({ code: 0, err: "" });
  const other = `file://${join(session.folder, "other")}`;
  expect(await session.run("--stack", "dev", "--backend", other, "--yes")).toMatchObject({ code: 0, err: "" });
  const back = await session.run("--stack", "dev", "--backend", state, "--yes");
  expect(back).toMatchObject({ code: 0, err: "" });
  expect(back.out).toContain(`pulumi login (now ${other})`);
});
