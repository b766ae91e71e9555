/** A version's way through the environments, with real Git and a remote that others push to. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { promote, promotionsSince, setImage } from "../../../cli/deliver/deliver";
import { readImages } from "../../../cli/deliver/images";
import { findPlaces } from "../../../cli/deliver/places";
import { clones, digest, fakeHub, overlay, reference, type Clone, type Hub } from "../../unit/deliver/repository";

const good = async () => undefined;
const path = (app: string, environment: string) => `apps/${app}/overlays/${environment}/kustomization.yaml`;
const digestOf = (text: string) => readImages(text)[0]?.digest;

let hub: Hub | undefined;
afterEach(() => {
  hub?.end();
  hub = undefined;
});

/** Nothing is left of the folder in which the change was made, and nothing of the checkout was touched. */
function untouched({ git }: Clone): void {
  expect(git("status", "--porcelain")).toBe("");
  expect(git("worktree", "list").split("\n")).toHaveLength(1);
}

describe("where images are written", () => {
  it("is found from the folders", () => {
    const { ours } = clones();
    const found = findPlaces(ours.folder).map(({ app, environment, application }) => [app, environment, application]);
    expect(found).toEqual([
      ["blog", "dev", "blog-dev"],
      ["blog", "prod", "blog-prod"],
      ["sample", "prod", "sample"],
      ["shop", "dev", "shop-dev"],
      ["shop", "staging", "shop-staging"],
      ["shop", "prod", "shop-prod"],
      ["frontend", "dev", "environment-development"],
      ["frontend", "staging", "environment-staging"],
      ["frontend", "prod", "environment-production"],
    ]);
  });
});

describe("a new image", () => {
  it("goes to dev, and nowhere else", async () => {
    const { ours } = clones();
    expect(await setImage(ours.folder, "shop", reference("b"), good)).toMatchObject({ done: "pushed" });
    expect(ours.remote(path("shop", "dev"))).toBe(overlay("b"));
    expect(ours.remote(path("shop", "staging"))).toBe(overlay("a"));
    expect(ours.remote(path("shop", "prod"))).toBe(overlay("a"));
    expect(ours.log()).toEqual([`shop in dev: ${"b".repeat(12)}`, "somebody's change"]);
    untouched(ours);
  });

  it("goes to dev of an application that shares a cluster, in a repository of its own too", async () => {
    const { ours } = clones("");
    await setImage(ours.folder, "frontend", reference("b"), good);
    expect(ours.remote("apps/development/frontend/kustomization.yaml")).toBe(overlay("b"));
  });

  it("that is there already makes no commit", async () => {
    const { ours } = clones();
    const outcome = await setImage(ours.folder, "shop", reference("a"), good);
    expect(outcome).toEqual({ done: "nothing", why: "dev has it already" });
    expect(ours.log()).toHaveLength(1);
    untouched(ours);
  });

  it("is written on what somebody else has pushed meanwhile", async () => {
    const { ours, theirs } = clones();
    let checks = 0;
    const race = async () => {
      checks += 1;
      if (checks <= 2) theirs.push({ [path("shop", "dev")]: overlay("a", `namePrefix: v${checks}-\n`) });
    };
    expect(await setImage(ours.folder, "shop", reference("b"), race)).toMatchObject({ done: "pushed" });
    expect(checks).toBe(3);
    expect(ours.remote(path("shop", "dev"))).toBe(overlay("b", "namePrefix: v2-\n"));
    expect(ours.log()).toHaveLength(4);
    untouched(ours);
  });

  it("gives up where main refuses it, with the remote's words", async () => {
    const { ours, remote } = clones();
    const hook = join(remote, "hooks", "pre-receive");
    mkdirSync(dirname(hook));
    writeFileSync(hook, "#!/bin/sh\necho pull requests only >&2\nexit 1\n");
    chmodSync(hook, 0o755);
    await expect(setImage(ours.folder, "shop", reference("b"), good)).rejects.toThrow(
      /main does not take the change:.*pull requests only/s,
    );
    untouched(ours);
  });

  it("is not pushed where the result is not valid", async () => {
    const { ours } = clones();
    const checked: string[] = [];
    const bad = async (folder: string) => {
      checked.push(readFileSync(join(folder, path("shop", "dev")), "utf8"));
      throw new Error("a finding");
    };
    await expect(setImage(ours.folder, "shop", reference("b"), bad)).rejects.toThrow("a finding");
    expect(checked).toEqual([overlay("b")]);
    expect(ours.log()).toHaveLength(1);
    untouched(ours);
  });

  it("leaves unfinished work alone, and does not take it along", async () => {
    const { ours } = clones();
    writeFileSync(join(ours.folder, path("shop", "dev")), "half");
    await setImage(ours.folder, "shop", reference("b"), good);
    expect(readFileSync(join(ours.folder, path("shop", "dev")), "utf8")).toBe("half");
    expect(ours.remote(path("shop", "dev"))).toBe(overlay("b"));
  });

  it.each([
    [
      "an unknown application",
      "shpo",
      reference("b"),
      /shpo: there is no such application in apps\/; there are .*shop/,
    ],
    ["a path in place of a name", "../apps/shop", reference("b"), /no such application/],
    ["an image from elsewhere", "shop", { ...reference("b"), repository: "ghcr.io/evil/web" }, /comes from there/],
  ])("is refused for %s", async (_, app, image, message) => {
    const { ours } = clones();
    await expect(setImage(ours.folder, app, image, good)).rejects.toThrow(message);
    expect(ours.log()).toHaveLength(1);
  });

  it("of an application with one environment is a person's to merge", async () => {
    hub = fakeHub();
    const { ours } = clones();
    const outcome = await setImage(ours.folder, "sample", reference("b"), good);
    expect(outcome).toEqual({ done: "proposed", url: "https://github.com/acme/gitops/pull/7" });
    expect(ours.remote("apps/sample/kustomization.yaml")).toBe(overlay("a"));
    expect(ours.remote("apps/sample/kustomization.yaml", "promote/sample-prod")).toBe(overlay("b"));
  });
});

describe("a promotion", () => {
  /** A checkout of `main` on which dev, or staging, has the version. */
  function at(environment: string, letter = "b"): ReturnType<typeof clones> {
    const both = clones();
    both.theirs.push({ [path("shop", environment)]: overlay(letter) });
    both.ours.git("pull", "--quiet", "origin", "main");
    return both;
  }

  it("takes the very digest from dev to staging, and no further", async () => {
    const { ours } = at("dev");
    expect(await promote(ours.folder, "shop", "dev", good)).toMatchObject({ done: "pushed" });
    expect(digestOf(ours.remote(path("shop", "staging")))).toBe(digest("b"));
    expect(ours.remote(path("shop", "staging"))).toBe(ours.remote(path("shop", "dev")));
    expect(digestOf(ours.remote(path("shop", "prod")))).toBe(digest("a"));
    untouched(ours);
  });

  it("keeps what only the target has", async () => {
    const { ours, theirs } = at("dev");
    theirs.push({ [path("shop", "staging")]: overlay("a", "replicas:\n  - name: web\n    count: 2\n") });
    await promote(ours.folder, "shop", "dev", good);
    expect(ours.remote(path("shop", "staging"))).toBe(overlay("b", "replicas:\n  - name: web\n    count: 2\n"));
  });

  it("to production is proposed, never pushed", async () => {
    hub = fakeHub();
    const { ours } = at("staging");
    const outcome = await promote(ours.folder, "shop", "staging", good);
    expect(outcome).toEqual({ done: "proposed", url: "https://github.com/acme/gitops/pull/7" });
    expect(digestOf(ours.remote(path("shop", "prod")))).toBe(digest("a"));
    expect(digestOf(ours.remote(path("shop", "prod"), "promote/shop-prod"))).toBe(digest("b"));
    const [, create] = hub.calls();
    expect(create?.args.slice(0, 6)).toEqual(["pr", "create", "--head", "promote/shop-prod", "--base", "main"]);
    expect(create?.args).toContain(`shop in prod: ${"b".repeat(12)}`);
    expect(create?.input).toContain(`→ ghcr.io/acme/web:${"b".repeat(40)}@${digest("b")}`);
    untouched(ours);
  });

  it("of an application without staging goes from dev to a pull request", async () => {
    hub = fakeHub();
    const { ours, theirs } = clones();
    theirs.push({ [path("blog", "dev")]: overlay("b") });
    ours.git("pull", "--quiet", "origin", "main");
    expect(await promote(ours.folder, "blog", "dev", good)).toMatchObject({ done: "proposed" });
    expect(digestOf(ours.remote(path("blog", "prod")))).toBe(digest("a"));
  });

  it("brings the open pull request up to date, and leaves it alone where it says so already", async () => {
    hub = fakeHub("https://github.com/acme/gitops/pull/3");
    const { ours, theirs } = at("staging");
    await promote(ours.folder, "shop", "staging", good);
    const first = ours.log("promote/shop-prod").length;
    const commit = () => ours.git("ls-remote", "origin", "refs/heads/promote/shop-prod");
    const before = commit();

    theirs.git("pull", "--quiet", "origin", "main");
    theirs.push({ "apps/blog/README.md": "not of the shop\n" });
    await promote(ours.folder, "shop", "staging", good);
    expect(commit()).toBe(before);

    theirs.push({ [path("shop", "staging")]: overlay("c") });
    ours.git("pull", "--quiet", "origin", "main");
    const outcome = await promote(ours.folder, "shop", "staging", good);
    expect(outcome).toEqual({ done: "proposed", url: "https://github.com/acme/gitops/pull/3" });
    expect(digestOf(ours.remote(path("shop", "prod"), "promote/shop-prod"))).toBe(digest("c"));
    expect(ours.log("promote/shop-prod")).toHaveLength(first + 2);
    expect(hub.calls().map(({ args }) => args[1])).toEqual(["list", "edit", "list", "edit", "list", "edit"]);
  });

  it("that was tested before dev moved on does nothing: what is there now was not tested", async () => {
    const { ours, theirs } = at("dev");
    theirs.push({ [path("shop", "dev")]: overlay("c") });
    const outcome = await promote(ours.folder, "shop", "dev", good);
    expect(outcome).toMatchObject({ done: "nothing", why: expect.stringContaining("dev has moved on") as string });
    expect(digestOf(ours.remote(path("shop", "staging")))).toBe(digest("a"));
  });

  it("notices that dev moves on while it pushes", async () => {
    const { ours, theirs } = at("dev");
    let raced = false;
    const outcome = await promote(ours.folder, "shop", "dev", async () => {
      if (!raced) theirs.push({ [path("shop", "dev")]: overlay("c") });
      raced = true;
    });
    expect(outcome).toMatchObject({ done: "nothing" });
    expect(digestOf(ours.remote(path("shop", "staging")))).toBe(digest("a"));
  });

  it("with nothing to promote makes no commit", async () => {
    const { ours } = clones();
    const outcome = await promote(ours.folder, "shop", "dev", good);
    expect(outcome).toEqual({ done: "nothing", why: "staging has what dev has" });
    expect(ours.log()).toHaveLength(1);
  });

  it.each([
    ["shop", "prod", "shop: nothing comes after prod"],
    ["shop", "minikube", "shop has no environment minikube; it has dev, staging, prod"],
    ["blog", "staging", "blog has no environment staging; it has dev, prod"],
    ["nope", "dev", /^nope: there is no such application/],
  ])("of %s from %s is refused", async (app, from, message) => {
    const { ours } = clones();
    await expect(promote(ours.folder, app, from, good)).rejects.toThrow(message);
    expect(existsSync(join(ours.folder, path("shop", "dev")))).toBe(true);
  });
});

describe("the promotions that a push leads to", () => {
  it("are those of the images it changed, but of production's", async () => {
    const { ours } = clones();
    const before = ours.git("rev-parse", "HEAD");
    ours.push({
      [path("shop", "dev")]: overlay("b"),
      [path("shop", "prod")]: overlay("b"),
      [path("blog", "dev")]: overlay("a", "# a comment\n"),
      "apps/staging/frontend/kustomization.yaml": overlay("b"),
      "apps/sample/kustomization.yaml": overlay("b"),
    });
    expect(await promotionsSince(ours.folder, before)).toEqual([
      { app: "shop", from: "dev", to: "staging" },
      { app: "frontend", from: "staging", to: "prod" },
    ]);
  });

  it("are none where nobody knows what was there before", async () => {
    const { ours } = clones();
    expect(await promotionsSince(ours.folder, "0".repeat(40))).toEqual([]);
    expect(await promotionsSince(ours.folder, "--output=x")).toEqual([]);
  });
});
