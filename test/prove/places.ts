/** Where faults can happen: every resource that a provider makes. */
import type { Cloud } from "../../components/config/types";
import { faultKinds, formatFault, parseFault, type Fault, type FaultKind } from "../../simulator/cloud/faults";
import { openSession } from "../rehearsal/session";

/** A resource: its type and its own name. */
export type Place = Pick<Required<Fault>, "type" | "name">;

/** Components exist in the state only, and the engine makes its providers itself. */
const unmade = /^(pulumi:|platform:|eks:)/;

const packages: Partial<Record<Cloud, string>> = { aws: "aws", azure: "azure-native", gcp: "gcp" };

/**
 * Every resource of the stack on that cloud that a provider makes, as a preview of it lists them.
 * @returns undefined where that cloud is not rehearsed.
 */
export async function listPlaces(stack: string, cloud: Cloud, directory?: string): Promise<Place[] | undefined> {
  const session = await openSession({ stack, cloud }, directory);
  try {
    const { providers = {} } = session.rehearsal.clouds ?? {};
    if (packages[cloud] !== undefined && !((packages[cloud] ?? "") in providers)) return undefined;
    return placesOf(await session.preview());
  } finally {
    await session.close();
  }
}

/** @param changes as previews tell them: `create aws:ec2/vpc:Vpc main`. */
export function placesOf(changes: string[]): Place[] {
  const places = changes.flatMap((change) => {
    const [, type, name] = /^create (\S+) (.+)$/.exec(change) ?? [];
    return type && name && !unmade.test(type) ? [{ type, name }] : [];
  });
  return [...new Map(places.map((place) => [`${place.type}=${place.name}`, place])).values()];
}

/** Random values come from no service that could refuse them or be late. */
export function kindsAt({ type }: Place): readonly FaultKind[] {
  return type.startsWith("random:") ? ["crash"] : faultKinds;
}

export function faultsOf(places: Place[], kind: FaultKind): Fault[] {
  return places.filter((place) => kindsAt(place).includes(kind)).map((place) => ({ kind, ...place, position: 1 }));
}

/** The fault that a resource of the state meets, by its URN. */
export function faultAt(faults: Fault[], urn: string): Fault | undefined {
  const [, , types = "", ...name] = urn.split("::");
  const type = types.split("$").at(-1);
  return faults.find((fault) => fault.type === type && fault.name === name.join("::"));
}

export { formatFault, parseFault };
