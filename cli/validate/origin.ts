/** Finds where in the folder a field of a built object is written. */
import { parseSource, type SourceDocument } from "./sources";
import { isManifest, isRecord, records, type Manifest, type Path, type Place } from "./model";
import type { Kustomization } from "./kustomizations";

/** A document that says something of an object: a resource, or a patch inside a kustomization. */
interface Candidate {
  document: SourceDocument;
  /** Added to the document's own lines: where an inline patch begins. */
  offset: number;
}

/**
 * Place of a field, for the objects that one kustomization builds: the outermost document that has the field wins, since
 * it is applied last.
 *
 * @param parts the kustomization and everything it consists of, outermost first.
 * @param documents by file.
 */
export function locator(
  parts: Kustomization[],
  documents: Map<string, SourceDocument[]>,
): (object: Manifest, path: Path) => Place {
  const patches = parts.flatMap((part) => [...inlinePatches(part), ...patchFiles(part, documents)]);
  const resources = parts.flatMap((part) =>
    part.parts.flatMap((file) => (documents.get(file) ?? []).map((document) => ({ document, offset: 0 }))),
  );
  const fallback = parts[0]?.document;
  return (object, path) => {
    const transformed = transformer(parts, object, path);
    if (transformed) return transformed;
    const own = resources.filter(({ document }) => isOf(document.value, object));
    const exact = own.filter(
      ({ document }) => isManifest(document.value) && document.value.metadata.name === object.metadata.name,
    );
    const written = [
      ...patches.filter(({ document }) => isOf(document.value, object)),
      ...(exact.length > 0 ? exact : own),
    ];
    let best: { place: Place; depth: number } | undefined;
    for (const { document, offset } of written) {
      const depth = document.depth(path, object);
      if (best === undefined || depth > best.depth || (depth === best.depth && offset === 0 && depth < path.length)) {
        best = { place: { file: document.file, line: document.line(path, object) + offset }, depth };
      }
    }
    if (best) return best.place;
    return generator(parts, object) ?? { file: fallback?.file ?? "", line: 1 };
  };
}

/** Names may have got a prefix, a suffix, or a hash. */
function isOf(value: unknown, object: Manifest): boolean {
  return isManifest(value) && value.kind === object.kind && object.metadata.name.includes(value.metadata.name);
}

function inlinePatches({ document, value }: Kustomization): Candidate[] {
  return records(value["patches"]).flatMap(({ patch }, index) => {
    if (typeof patch !== "string") return [];
    // The text of a block begins on the line after its key.
    const offset = document.line(["patches", index, "patch"]);
    return parseSource(document.file, patch).documents.map((inside) => ({ document: inside, offset }));
  });
}

function patchFiles({ value, parts }: Kustomization, documents: Map<string, SourceDocument[]>): Candidate[] {
  const names = records(value["patches"]).flatMap(({ path }) => (typeof path === "string" ? [path] : []));
  return parts
    .filter((part) => names.some((name) => part.endsWith(name.replace(/^(\.\.?\/)+/, ""))))
    .flatMap((file) => (documents.get(file) ?? []).map((document) => ({ document, offset: 0 })));
}

/** `images` and `replicas` of a kustomization overwrite what the object's own file says. */
function transformer(parts: Kustomization[], object: Manifest, path: Path): Place | undefined {
  const last = path.at(-1);
  for (const { document, value } of parts) {
    if (last === "image") {
      const image = String(
        path.reduce<unknown>((found, part) => (found as Record<string, unknown> | undefined)?.[part], object),
      );
      const index = records(value["images"]).findIndex(({ name, newName }) => {
        const wanted = String(newName ?? name);
        return image === wanted || image.startsWith(`${wanted}:`) || image.startsWith(`${wanted}@`);
      });
      if (index >= 0) return { file: document.file, line: document.line(["images", index]) };
    }
    if (last === "replicas" && path.length === 2) {
      const index = records(value["replicas"]).findIndex(({ name }) => object.metadata.name.includes(String(name)));
      if (index >= 0) return { file: document.file, line: document.line(["replicas", index]) };
    }
  }
  return undefined;
}

function generator(parts: Kustomization[], object: Manifest): Place | undefined {
  const field = object.kind === "Secret" ? "secretGenerator" : "configMapGenerator";
  for (const { document, value } of parts) {
    const index = records(value[field]).findIndex(
      (one) => isRecord(one) && object.metadata.name.includes(String(one["name"])),
    );
    if (index >= 0) return { file: document.file, line: document.line([field, index]) };
  }
  return undefined;
}
