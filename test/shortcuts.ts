/**
 * Leaves out what Pulumi's SDK works out for an engine, or for the end of a program, only: the names that each resource's
 * type had in other versions of a cloud's SDK (some fifty for a type of Azure), the place in the code where each resource
 * is made, by way of source maps, and the list of promises that have not settled yet. No mock reads any of it, and
 * together it takes two thirds of the time of a program that runs against mocks. Contract tests and rehearsals run without
 * these shortcuts.
 */
/* eslint-disable @typescript-eslint/no-require-imports -- the modules themselves: `import *` may be given a copy */
import pulumi = require("@pulumi/pulumi");
import debuggable = require("@pulumi/pulumi/runtime/debuggable");
/* eslint-enable @typescript-eslint/no-require-imports */

interface Shortened {
  mergeOptions: typeof pulumi.mergeOptions;
  Resource: { callsites: () => object[] };
}

// The SDKs of the clouds call it through this export, and `callsites` is left out of the type declarations.
const exported = pulumi as unknown as Shortened;
const { mergeOptions } = exported;

exported.Resource.callsites = () => [];
(debuggable as unknown as { debuggablePromise: <Work>(work: Work) => Work }).debuggablePromise = (work) => work;
exported.mergeOptions = (given: object | undefined, added: object | undefined) =>
  mergeOptions(given, isAliasesOnly(added) ? undefined : added);

/** How an SDK adds a type's other names; a program's own aliases come with a resource's other options. */
function isAliasesOnly(options: object | undefined): boolean {
  const names = Object.keys(options ?? {});
  return names.length === 1 && names[0] === "aliases";
}
