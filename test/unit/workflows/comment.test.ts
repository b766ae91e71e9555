/** The script that comments on pull requests, as the workflow has it, with GitHub's API replaced. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { step } from "./workflows";

interface Comment {
  id: number;
  body: string;
  user: { login: string } | null;
}

type Script = (github: unknown, context: unknown, require: NodeJS.Require) => Promise<void>;

const text = String(
  step("preview.yml", "comment", ({ with: given }) => given?.["script"] !== undefined).with?.["script"],
);
// eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is what github-script does with the same text
const script = new Function("github", "context", "require", `return (async () => { ${text} })()`) as Script;

const bot = { login: "github-actions[bot]" };
const first = (stack: string) => `<!-- preview of the stack ${stack} -->`;

let folder: string;
const before = { folder: process.cwd(), stacks: process.env["STACKS"] };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "comment-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before.folder);
  if (before.stacks === undefined) delete process.env["STACKS"];
  else process.env["STACKS"] = before.stacks;
  rmSync(folder, { recursive: true });
});

/** @returns the comments afterwards, and which calls were made. */
async function run(stacks: string[], reports: Record<string, string>, comments: Comment[]) {
  for (const [stack, report] of Object.entries(reports)) {
    mkdirSync(join("previews", `preview-${stack}`), { recursive: true });
    writeFileSync(join("previews", `preview-${stack}`, "comment.md"), report);
  }
  process.env["STACKS"] = JSON.stringify(stacks.map((stack) => ({ stack, cloud: "aws" })));
  const calls: string[] = [];
  const here = { owner: "me", repo: "platform" };
  const listComments = Symbol("listComments");
  const github = {
    paginate: async (method: symbol, options: object) => {
      expect(method).toBe(listComments);
      expect(options).toEqual({ ...here, issue_number: 7 });
      return comments;
    },
    rest: {
      issues: {
        listComments,
        createComment: async ({ body, ...rest }: { body: string }) => {
          expect(rest).toEqual({ ...here, issue_number: 7 });
          calls.push("create");
          comments.push({ id: 100 + comments.length, body, user: bot });
        },
        updateComment: async ({ body, comment_id, ...rest }: { body: string; comment_id: number }) => {
          expect(rest).toEqual(here);
          calls.push(`update ${comment_id}`);
          const found = comments.find(({ id }) => id === comment_id);
          if (found) found.body = body;
        },
      },
    },
  };
  const context = {
    repo: here,
    issue: { number: 7 },
    serverUrl: "https://github.com",
    runId: 42,
    payload: { pull_request: { head: { sha: "abc123" } } },
  };
  await script(github, context, createRequire(__filename));
  return { calls, comments };
}

describe("comments on a pull request", () => {
  it("are one for each stack, with where to read on", async () => {
    const { calls, comments } = await run(["dev", "prod"], { dev: "### dev\n", prod: "### prod\n" }, []);
    expect(calls).toEqual(["create", "create"]);
    expect(comments[0]?.body).toBe(
      `${first("dev")}\n### dev\n\nOf abc123; [everything that was found](https://github.com/me/platform/actions/runs/42).\n`,
    );
    expect(comments[1]?.body).toContain(`${first("prod")}\n### prod\n`);
  });

  it("stay one for each stack, however often somebody pushes", async () => {
    const { comments } = await run(["dev"], { dev: "one" }, [{ id: 1, body: "LGTM", user: { login: "me" } }]);
    const again = await run(["dev"], { dev: "two" }, comments);
    expect(again.calls).toEqual(["update 101"]);
    expect(again.comments).toHaveLength(2);
    expect(again.comments[1]?.body).toContain("two");
  });

  it("leave what others wrote alone, also what looks like ours", async () => {
    const body = `${first("dev")}\nmine`;
    const { calls, comments } = await run(["dev"], { dev: "report" }, [
      { id: 1, body, user: { login: "somebody" } },
      { id: 2, body, user: null },
      { id: 3, body: `> ${first("dev")}`, user: bot },
    ]);
    expect(calls).toEqual(["create"]);
    expect(comments.slice(0, 2).map((comment) => comment.body)).toEqual([body, body]);
  });

  it("tell stacks apart whose names begin alike", async () => {
    const { calls } = await run(["dev-azure"], { "dev-azure": "report" }, [{ id: 1, body: first("dev"), user: bot }]);
    expect(calls).toEqual(["create", "update 1"]);
  });

  it("say so where a preview came to nothing", async () => {
    const { comments } = await run(["dev"], {}, []);
    expect(comments[0]?.body).toContain("### `dev`: there is no preview\n\nIt ended before it had anything to report.");
  });

  it("say so where the pull request does not change a stack any more", async () => {
    const { calls, comments } = await run([], {}, [{ id: 1, body: `${first("prod")}\n1 to delete`, user: bot }]);
    expect(calls).toEqual(["update 1"]);
    expect(comments[0]?.body).toContain("### `prod`: not affected any more");
    expect(comments[0]?.body).not.toContain("1 to delete");
  });
});
