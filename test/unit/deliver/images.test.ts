/** Images of a kustomization, read and written. */
import { describe, expect, it } from "vitest";
import {
  BadImage,
  parseReference,
  readImages,
  runs,
  sameImages,
  withImages,
  withVersion,
} from "../../../cli/deliver/images";
import { digest } from "./repository";

describe("a published image", () => {
  it.each([
    [`ghcr.io/acme/web:3f2c1e0@${digest("a")}`, "ghcr.io/acme/web", "3f2c1e0"],
    [`localhost:5000/web:v1.2.3@${digest("a")}`, "localhost:5000/web", "v1.2.3"],
    [`docker.io/acme/web_app:1.0-alpine@${digest("a")}`, "docker.io/acme/web_app", "1.0-alpine"],
  ])("%s", (text, repository, tag) => {
    expect(parseReference(text)).toEqual({ repository, tag, digest: digest("a") });
  });

  it.each([
    ["without a digest", "ghcr.io/acme/web:v1"],
    ["without a tag", `ghcr.io/acme/web@${digest("a")}`],
    ["with a tag that moves", `ghcr.io/acme/web:latest@${digest("a")}`],
    ["with half a digest", "ghcr.io/acme/web:v1@sha256:abc"],
    ["with something behind it", `ghcr.io/acme/web:v1@${digest("a")}\nnewName: evil`],
    ["with an option in its place", `--upload-pack=x:v1@${digest("a")}`],
    ["in capitals", `ghcr.io/Acme/web:v1@${digest("a")}`],
  ])("is refused %s", (_, text) => {
    expect(() => parseReference(text)).toThrow(BadImage);
  });
});

describe("writing images", () => {
  const image = { name: "web", newName: "ghcr.io/acme/web", newTag: "1234567", digest: digest("b") };
  const text = `# The site.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

resources: [../../base] # all of it
images:
  # Written by the workflows.
  - name: web
    newName: ghcr.io/acme/web
    newTag: old # of last week
  - name: redis
    newTag: 8.2.1
patches:
  - patch: |-
      apiVersion: v1
      kind: ConfigMap
      data:
        long: "a line that is longer than eighty characters, which no tool has to break into two of them"
`;

  it("changes those lines and no other", () => {
    const lines = withImages(text, [image]).split("\n");
    const before = text.split("\n");
    expect(lines.filter((line) => !before.includes(line))).toEqual([
      '    newTag: "1234567" # of last week',
      `    digest: ${digest("b")}`,
    ]);
    expect(before.filter((line) => !lines.includes(line))).toEqual(["    newTag: old # of last week"]);
    expect(readImages(lines.join("\n"))).toEqual([image, { name: "redis", newTag: "8.2.1" }]);
  });

  it("leaves lists where they are that begin below their key, and braces as they are", () => {
    const flat = "images:\n- name: web\n  newTag: old\npatches:\n- path: a.yaml\n  target: { kind: Deployment }\n";
    const [only] = readImages(flat);
    expect(withImages(flat, [{ ...only, name: "web", newTag: "new" }])).toBe(flat.replace("old", "new"));
  });

  it("takes a digest away that the promoted image does not have", () => {
    const pinned = withImages(text, [image]);
    const [web] = readImages(withImages(pinned, [{ name: "web", newTag: "v2" }]));
    expect(web).toEqual({ name: "web", newTag: "v2" });
  });

  it("adds an image that is not there yet, also where there is none", () => {
    expect(readImages(withImages(text, [{ name: "db", newTag: "1" }]))).toHaveLength(3);
    expect(withImages("kind: Kustomization\n", [{ name: "db", newTag: "v1" }])).toBe(
      "kind: Kustomization\nimages:\n  - name: db\n    newTag: v1\n",
    );
  });

  it.each(["images: [", "", "- a list"])("refuses what is no kustomization: %j", (broken) => {
    expect(() => withImages(broken, [image])).toThrow(BadImage);
  });
});

describe("a version", () => {
  const version = { tag: "v2", digest: digest("c") };

  it("goes to the image that comes from its repository, however that is written", () => {
    const images = [{ name: "web", newName: "docker.io/acme/web", newTag: "v1" }, { name: "redis" }];
    expect(withVersion(images, { repository: "acme/web", ...version })).toEqual([
      { name: "web", newName: "docker.io/acme/web", newTag: "v2", digest: digest("c") },
    ]);
    expect(withVersion(images, { repository: "docker.io/library/redis", ...version })).toMatchObject([
      { name: "redis", newTag: "v2" },
    ]);
  });

  it("never makes an application run an image from elsewhere", () => {
    expect(() => withVersion([{ name: "web" }], { repository: "ghcr.io/evil/web", ...version })).toThrow(
      "ghcr.io/evil/web: no image here comes from there, but from web",
    );
  });
});

it("images are the same where their pods are", () => {
  expect(runs({ name: "web", newTag: "v1", digest: digest("a") })).toBe(`web:v1@${digest("a")}`);
  const one = { name: "web", newTag: "v1" };
  const other = { name: "redis" };
  expect(sameImages([one, other], [other, { newTag: "v1", name: "web" }])).toBe(true);
  expect(sameImages([one], [{ ...one, digest: digest("a") }])).toBe(false);
});
