/** The `images` of a kustomization: read and written with everything around them, comments too, left as it is. */
import { isMap, isSeq, parseDocument, type Document, type YAMLMap } from "yaml";

/** As Kustomize has it: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/ */
export interface Image {
  /** The image in the manifests, without a tag. */
  name: string;
  /** What runs in its place. */
  newName?: string;
  newTag?: string;
  /** `sha256:…` */
  digest?: string;
}

/** A published image: `ghcr.io/acme/app:3f2c…@sha256:…`. */
export interface Reference {
  repository: string;
  tag: string;
  digest: string;
}

/** The input cannot be used; `message` says why, and what can. */
export class BadImage extends Error {}

const fields = ["newName", "newTag", "digest"] as const;

/** https://github.com/distribution/reference: host, port and path; tag; digest. */
const published =
  /^(?<repository>[a-z0-9]+(?:[._:-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*):(?<tag>\w[\w.-]{0,127})@(?<digest>sha256:[0-9a-f]{64})$/;

/** @throws BadImage unless the text names a repository, a tag that stays, and a digest. */
export function parseReference(text: string): Reference {
  const { repository, tag, digest } = published.exec(text)?.groups ?? {};
  if (repository === undefined || tag === undefined || digest === undefined) {
    throw new BadImage(`${text}: not an image with its tag and digest, as in ghcr.io/acme/app:3f2c1e0@sha256:…`);
  }
  if (tag === "latest") throw new BadImage(`${text}: the tag latest moves; take the commit's SHA`);
  return { repository, tag, digest };
}

/** What runs, as a pod names it. */
export function runs({ name, newName, newTag, digest }: Image): string {
  return `${newName ?? name}${newTag === undefined ? "" : `:${newTag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** @throws BadImage where the text is no kustomization. */
export function readImages(text: string): Image[] {
  return entries(parse(text)).map((entry) => entry.toJSON() as Image);
}

/** The text with these images in it, each in place of the one of the same name, or after the others. */
export function withImages(text: string, images: Image[]): string {
  const document = parse(text);
  for (const image of images) {
    const entry = entries(document).find((one) => one.get("name") === image.name);
    if (entry) {
      for (const field of fields) {
        if (image[field] === undefined) entry.delete(field);
        else if (entry.get(field) !== image[field]) entry.set(field, image[field]);
      }
    } else if (document.has("images")) {
      document.addIn(["images"], image);
    } else {
      document.set("images", [image]);
    }
  }
  return document.toString({
    lineWidth: 0,
    flowCollectionPadding: /[{[] /.test(text),
    // As the file has its lists: below their key, or further in.
    indentSeq: !/^\w+:\n- /m.test(text),
  });
}

/** The images, with the one that comes from this repository at another version. */
export function withVersion(images: Image[], { repository, tag, digest }: Reference): Image[] {
  const ours = images.filter(({ name, newName }) => canonical(newName ?? name) === canonical(repository));
  if (ours.length === 0) {
    const names = images.map(({ name, newName }) => newName ?? name).join(", ");
    throw new BadImage(
      `${repository}: no image here comes from there, but from ${names || "nowhere"}; write it once, as newName under images`,
    );
  }
  return ours.map((image) => ({ ...image, newTag: tag, digest }));
}

export function sameImages(one: Image[], other: Image[]): boolean {
  const text = (images: Image[]) => JSON.stringify(images.map((image) => [image.name, runs(image)]).sort());
  return text(one) === text(other);
}

/** Docker Hub's images have a short form. */
export function canonical(repository: string): string {
  const [host = "", ...path] = repository.split("/");
  if (path.length === 0) return `docker.io/library/${host}`;
  return /[.:]|^localhost$/.test(host) ? repository : `docker.io/${repository}`;
}

function parse(text: string): Document {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) {
    throw new BadImage(`not a kustomization: ${document.errors[0]?.message ?? "it has no fields"}`);
  }
  return document;
}

function entries(document: Document): YAMLMap[] {
  const images = document.get("images");
  return isSeq(images) ? images.items.filter((item) => isMap(item)) : [];
}
