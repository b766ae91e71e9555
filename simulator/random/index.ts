/**
 * The random provider for the real engine: passwords, strings and ids, as @pulumi/random 4.21.2 on
 * terraform-provider-random makes them. There is no cloud behind it: what it made lives in the stack's state alone.
 */
import { hash } from "bcryptjs";
import {
  unknown,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type DiffRequest,
  type DiffResult,
  type Properties,
  type ReadRequest,
  type SimulatedProvider,
} from "../provider";
import * as schema from "../schema";
import { characters, identifier, type Characters } from "./generate";

/** Golang's bcrypt.DefaultCost, and the longest input that bcrypt takes: internal/provider/resource_password.go. */
const bcryptCost = 10;
const bcryptBytes = 72;

const outputsOf: Record<string, (inputs: Properties) => Promise<{ id: string; outputs: Properties }>> = {
  "random:index/randomPassword:RandomPassword": async (inputs) => {
    const settings = withDefaults(inputs);
    const result = characters(settings);
    const bcryptHash = await hash(Buffer.from(result).subarray(0, bcryptBytes).toString(), bcryptCost);
    return { id: "none", outputs: { ...settings, number: settings.numeric, result, bcryptHash } };
  },
  "random:index/randomString:RandomString": async (inputs) => {
    const settings = withDefaults(inputs);
    const result = characters(settings);
    return { id: result, outputs: { ...settings, number: settings.numeric, result } };
  },
  "random:index/randomId:RandomId": async (inputs) =>
    identifier(Number(inputs.byteLength), typeof inputs.prefix === "string" ? inputs.prefix : ""),
};

export class RandomProvider implements SimulatedProvider {
  readonly name = "random";
  readonly version = "4.21.2";

  async check({ type, news }: CheckRequest): Promise<CheckResult> {
    known(type);
    return { inputs: news, failures: schema.checkInputs(type, news) };
  }

  async diff({ type, oldInputs, news }: DiffRequest): Promise<DiffResult> {
    const { unsourced, ...result } = schema.compare(type, oldInputs, news);
    if (unsourced.length > 0) throw new Error(`${type}: no source says what a change of ${unsourced.join(", ")} does`);
    return result;
  }

  async create({ type, inputs, preview }: CreateRequest): Promise<{ id: string; outputs: Properties }> {
    const make = known(type);
    if (preview) return { id: "", outputs: { ...inputs, ...unknownResults(type) } };
    const { id, outputs } = await make(inputs);
    return { id, outputs: { ...inputs, ...outputs } };
  }

  async read({ id, inputs, outputs }: ReadRequest): Promise<{ id: string; inputs: Properties; outputs: Properties }> {
    return { id, inputs, outputs };
  }

  async update({ type }: DiffRequest): Promise<{ outputs: Properties }> {
    throw new Error(`${type}: every change replaces it`);
  }

  async delete(): Promise<void> {
    // Nothing is kept outside of the state.
  }
}

function known(type: string) {
  const make = outputsOf[type];
  if (!make) throw new Error(`the simulated random has no resource type ${type}`);
  return make;
}

/** What a preview cannot know. */
function unknownResults(type: string): Properties {
  const names = type.endsWith(":RandomId") ? ["b64Std", "b64Url", "dec", "hex"] : ["result"];
  if (type.endsWith(":RandomPassword")) names.push("bcryptHash");
  return Object.fromEntries(names.map((name) => [name, unknown]));
}

function withDefaults(inputs: Properties): Characters {
  const flag = (key: string) => inputs[key] !== false;
  const least = (key: string) => Number(inputs[key] ?? 0);
  return {
    length: Number(inputs.length),
    lower: flag("lower"),
    upper: flag("upper"),
    numeric: inputs.numeric === undefined ? flag("number") : flag("numeric"),
    special: flag("special"),
    ...(typeof inputs.overrideSpecial === "string" && { overrideSpecial: inputs.overrideSpecial }),
    minLower: least("minLower"),
    minUpper: least("minUpper"),
    minNumeric: least("minNumeric"),
    minSpecial: least("minSpecial"),
  };
}
