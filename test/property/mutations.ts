/** Valid configurations with one thing wrong in them, and the key that has to be named. */
import fc from "fast-check";
import { z } from "zod";
import { takenRanges } from "../../components/config/ranges";
import { childrenOf, formatPath, keys, matches, type Key } from "../../components/config/keys";
import { cloudsWithRegion, regionNames } from "../../components/regions";
import { asPart, configurations, pathsOf, type Drawn } from "./configurations";
import { cloudsOwn, type ManagedCloud } from "./clouds";
import { mark, type Values } from "./drawn";

export interface Mutated extends Drawn {
  /** What was done, for people. */
  what: string;
  /** As messages write it. */
  key: string;
}

type Mutation = (drawn: Drawn) => fc.Arbitrary<Mutated> | undefined;

function keyAt(path: string[]): Key | undefined {
  const parts = path.map(asPart);
  return keys.find((key) => matches(parts, key.path));
}

function mutated(drawn: Drawn, what: string, path: string[], value: unknown): Mutated {
  const values = structuredClone(drawn.values);
  const parent = path.slice(0, -1).reduce<unknown>((node, part) => (node as Values)[part], values) as Values;
  if (value === undefined) delete parent[path.at(-1) ?? ""];
  else parent[path.at(-1) ?? ""] = value;
  const key = formatPath(path.map(asPart));
  return { ...drawn, values, what: `${what}: ${key} = ${JSON.stringify(value)}`, key };
}

/** One of the paths that are set and have a key of that kind. */
function paths(drawn: Drawn, fits: (key: Key, value: unknown) => boolean): fc.Arbitrary<string[]> | undefined {
  const found = pathsOf(drawn.values).filter((path) => {
    const key = keyAt(path);
    return key !== undefined && fits(key, valueAt(drawn.values, path));
  });
  return found.length > 0 ? fc.constantFrom(...found) : undefined;
}

function valueAt(values: Values, path: string[]): unknown {
  return path.reduce<unknown>((node, part) => (node as Values)[part], values);
}

const kindOf = (value: unknown) => (Array.isArray(value) ? "list" : typeof value);
const others = [{ some: "thing" }, ["thing", "other"], "thing!", 4.5, false];

const wrongType: Mutation = (drawn) =>
  paths(drawn, () => true)?.chain((path) => {
    const kind = kindOf(valueAt(drawn.values, path));
    const wrong = others.filter((other) => kindOf(other) !== kind);
    return fc.constantFrom(...wrong).map((value) => mutated(drawn, "wrong type", path, value));
  });

const outOfRange: Mutation = (drawn) =>
  paths(drawn, ({ type }) => type instanceof z.ZodNumber)?.chain((path) => {
    const { minValue, maxValue } = keyAt(path)?.type as z.ZodNumber;
    const far = fc.integer({ min: 1, max: 1_000_000 });
    const value = fc.oneof(
      far.map((by) => Number(minValue) - by),
      far.map((by) => Number(maxValue) + by),
      far.map((by) => by + 0.5),
    );
    return value.map((value) => mutated(drawn, "out of range", path, value));
  });

const wrongWord: Mutation = (drawn) =>
  paths(drawn, ({ type }) => type instanceof z.ZodEnum)?.chain((path) =>
    fc.constantFrom("some", "DEV", "aws2", " dev").map((value) => mutated(drawn, "wrong word", path, value)),
  );

const unknownKey: Mutation = (drawn) => {
  const groups = pathsOf(drawn.values).filter((path) => keyAt(path)?.type instanceof z.ZodObject);
  return fc.constantFrom([] as string[], ...groups).chain((path) => {
    const known = childrenOf(path.map(asPart));
    const near = known.map((name) => `${name}s`).filter((name) => !known.includes(name));
    return fc
      .constantFrom("constructor", "toString", "x", ...near)
      .map((name) => mutated(drawn, "unknown key", [...path, name], "value"));
  });
};

/** Not the one key of a group, without which the group counts as left out: Pulumi.yaml has such groups. */
const missing: Mutation = (drawn) =>
  paths(drawn, ({ required, path }) => required && path.join(".") !== "migration.source")?.map((path) =>
    mutated(drawn, "missing", path, undefined),
  );

const foreignRegion: Mutation = (drawn) => {
  const foreign = (Object.keys(cloudsOwn) as ManagedCloud[])
    .flatMap((cloud) => regionNames(cloud))
    .filter((name) => !cloudsWithRegion(name).includes(drawn.cloud));
  return fc
    .constantFrom("nowhere", "eu-west-1a", ...foreign)
    .filter((name) => !regionNames(drawn.cloud).includes(name))
    .map((name) => mutated(drawn, "foreign region", ["region"], name));
};

const takenRange: Mutation = (drawn) =>
  fc
    .constantFrom(...takenRanges(drawn.cloud).map(({ range }) => range), "203.0.0.0/16", "10.0.0.1/16", "10.0.0.0/8")
    .map((range) => ({
      ...mutated({ ...drawn, values: { ...drawn.values, network: {} } }, "range", ["network", "cidr"], range),
    }));

const principalOfAnother: Mutation = (drawn) => {
  const [other = "aws"] = (Object.keys(cloudsOwn) as ManagedCloud[]).filter((cloud) => cloud !== drawn.cloud);
  const values = { ...drawn.values, access: {} };
  return cloudsOwn[other].principal.map((principal) => ({
    ...mutated({ ...drawn, values }, "foreign principal", ["access", "adminGroups"], [principal]),
    key: "access.adminGroups[0]",
  }));
};

const plainSecret: Mutation = (drawn) =>
  drawn.secrets.length === 0
    ? undefined
    : fc.constantFrom(...drawn.secrets).map((path) => {
        const key = formatPath(path.map(asPart));
        return { ...drawn, secrets: drawn.secrets.filter((one) => one !== path), what: `plain secret: ${key}`, key };
      });

/** A secret that is none: what is said of it must not show it. */
const spoiltSecret: Mutation = (drawn) => {
  const spoilable = ["webhookSecret", "webhookUrl", "sshPrivateKey", "privateKey"];
  const found = drawn.secrets.filter((path) => spoilable.includes(path.at(-1) ?? ""));
  return found.length === 0
    ? undefined
    : fc.constantFrom(...found).map((path) => mutated(drawn, "spoilt secret", path, mark));
};

/** A list where one thing belongs, a group where a list does: what is in it, secrets too, is in the wrong place. */
const wrapped: Mutation = (drawn) =>
  paths(drawn, ({ path }) => path.length > 1)?.map((path) => {
    const value = valueAt(drawn.values, path);
    return mutated(drawn, "wrapped", path, Array.isArray(value) ? { first: value } : [value]);
  });

/** The same of a group that a secret is in, which no place says any more. */
const misplacedSecret: Mutation = (drawn) => {
  const groups = drawn.secrets.flatMap((path) => path.slice(1).map((_, index) => path.slice(0, index + 1)));
  return groups.length === 0
    ? undefined
    : fc.constantFrom(...groups).map((path) => {
        const value = valueAt(drawn.values, path);
        const wrong = mutated(drawn, "misplaced secret", path, Array.isArray(value) ? { first: value } : [value]);
        // Whether the user keeps it encrypted is told by its place too.
        return { ...wrong, secrets: [] };
      });
};

const mutations: Mutation[] = [
  wrongType,
  outOfRange,
  wrongWord,
  unknownKey,
  missing,
  foreignRegion,
  takenRange,
  principalOfAnother,
  plainSecret,
  spoiltSecret,
  wrapped,
  misplacedSecret,
];

/** A configuration that is wrong in one way. */
export function mutants(cloud: ManagedCloud): fc.Arbitrary<Mutated> {
  return configurations(cloud).chain((drawn) =>
    fc.oneof(...mutations.map((mutate) => mutate(drawn)).filter((possible) => possible !== undefined)),
  );
}

/** Anything at all behind the schema's own names. */
export const garbage: fc.Arbitrary<Values> = fc.dictionary(
  fc.constantFrom(
    ...keys.filter(({ path }) => path.length === 1).map(({ path }) => path[0] ?? ""),
    "__proto__",
    "other",
  ),
  fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.dictionary(fc.constantFrom(...keys.map(({ path }) => path.at(-1) ?? "")), fc.jsonValue({ maxDepth: 2 }), {
      maxKeys: 4,
    }),
  ) as fc.Arbitrary<unknown>,
  { maxKeys: 8 },
);
