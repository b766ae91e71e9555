/**
 * What the state keeps of an object: its live form, and the inputs that made it (checkpointObject and
 * parseCheckpointObject of provider/pkg/provider/provider.go).
 */
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import type { Properties } from "../provider";
import { isSecret, underscored, dashed } from "./normalize";
import { isRecord, type KubernetesObject, text } from "./objects";

/** A value that the engine encrypts in the state. */
export function secret(value: unknown): Properties {
  return { [specialSigKey]: specialSecretSig, value };
}

function revealed(value: unknown): unknown {
  return isRecord(value) && value[specialSigKey] === specialSecretSig ? value.value : value;
}

export interface Checkpoint {
  inputs: Properties;
  live: Properties;
  initialApiVersion: string;
  fieldManager: string;
}

/**
 * The engine marks outputs secret by the names of inputs that were; the inputs within the outputs are out of its
 * sight, so they are always secret, and so is a Secret's data.
 */
export function checkpoint({ inputs, live, initialApiVersion, fieldManager }: Checkpoint): Properties {
  const object = underscored(live);
  const hidden = isSecret(live) && "data" in object ? { data: secret(object.data) } : {};
  return {
    ...object,
    ...hidden,
    __inputs: secret(underscored(inputs)),
    __initialApiVersion: initialApiVersion,
    __fieldManager: fieldManager,
  };
}

export function parseCheckpoint(outputs: Properties): Checkpoint {
  const { __inputs, __initialApiVersion, __fieldManager, ...object } = outputs;
  const live = dashed(Object.fromEntries(Object.entries(object).map(([key, value]) => [key, revealed(value)])));
  const inputs = revealed(__inputs);
  return {
    inputs: isRecord(inputs) ? dashed(inputs) : {},
    live,
    initialApiVersion: typeof __initialApiVersion === "string" ? __initialApiVersion : text(live.apiVersion),
    fieldManager: typeof __fieldManager === "string" ? __fieldManager : "",
  };
}

export function liveObject(outputs: Properties): KubernetesObject {
  return parseCheckpoint(outputs).live as KubernetesObject;
}
