/**
 * A cloud's provider for the real engine, the same for every cloud and type: strict inputs, sourced replacement rules,
 * the cloud's refusals, faults on request, realistic time. What a type answers with is its `Behaviour`.
 */
import { randomBytes } from "node:crypto";
import {
  InitializationFailed,
  unknown,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type Properties,
  type ReadRequest,
  type SimulatedProvider,
  type UpdateRequest,
} from "../provider";
import { isObject } from "../schema/values";
import type { Behaviour, CloudRecord, ClusterHost, Context } from "./behaviour";
import type { Clock } from "./clock";
import { moment, type Fault, type FaultKind, type Faults } from "./faults";
import { Locks } from "./locks";
import type { Store } from "./store";

/** The rules of one provider's types, from `simulator/schema`. */
export interface Schema {
  isKnown(type: string): boolean;
  checkInputs(type: string, inputs: Properties): { property: string; reason: string }[];
  checkConfig(provider: string, config: Properties): { property: string; reason: string }[];
  checkArguments(token: string, args: Properties): { property: string; reason: string }[];
  /** The provider's configuration with what the SDK sent as JSON text turned back into values. */
  parseConfig(provider: string, config: Properties): Properties;
  compare(
    type: string,
    oldInputs: Properties,
    newInputs: Properties,
  ): { updates: string[]; replaces: string[]; unsourced: string[]; deleteBeforeReplace: boolean };
}

export interface CloudProviderOptions {
  name: string;
  version: string;
  account: string;
  schema: Schema;
  behaviours: Record<string, Behaviour>;
  invokes: Record<string, (args: Properties, context: Context) => Properties | Promise<Properties>>;
  /** A fault in the cloud's own words. */
  faultMessages: Record<FaultKind, (type: string) => string>;
  /** Why nobody can work with such a provider: an account that is not there, in the provider's words. */
  refuseConfig?(config: Properties): string | undefined;
  /** Region of a configured provider; undefined where the configuration names none. */
  region(config: Properties): string | undefined;
  store: Store;
  faults: Faults;
  clock: Clock;
  clusters: ClusterHost;
  /** Ends the engine, for the fault `crash`. */
  crash(): void;
}

export class CloudProvider implements SimulatedProvider {
  readonly name: string;
  readonly version: string;
  private readonly configs = new Map<string, Properties>();
  private readonly locks = new Locks();

  constructor(private readonly options: CloudProviderOptions) {
    this.name = options.name;
    this.version = options.version;
  }

  async checkConfig(news: Properties): Promise<CheckResult> {
    return { inputs: news, failures: this.options.schema.checkConfig(this.name, news) };
  }

  async configure(connection: string, config: Properties): Promise<void> {
    const parsed = this.options.schema.parseConfig(this.name, config);
    const problem = this.options.refuseConfig?.(parsed);
    if (problem) throw new Error(problem);
    this.configs.set(connection, parsed);
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const behaviour = this.behaviour(request.type);
    const inputs = { ...request.news };
    const before = new Set(request.olds["__defaults"] as string[] | undefined);
    const generated = Object.entries(behaviour.defaults?.(inputs, this.context(request)) ?? {}).filter(
      ([property]) => inputs[property] === undefined,
    );
    for (const [property, value] of generated) {
      // What was generated stays what it was; a name that the user had set and gives up is not kept.
      inputs[property] = before.has(property) ? request.olds[property] : value;
    }
    // As Pulumi's bridge: tells names that can be generated anew for a replacement from those that the user chose.
    inputs["__defaults"] = generated.map(([property]) => property);
    return { inputs, failures: this.options.schema.checkInputs(request.type, inputs) };
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    const { type, oldInputs, oldOutputs, news } = request;
    const { unsourced, updates, ...result } = this.options.schema.compare(type, oldInputs, news);
    if (unsourced.length > 0) {
      throw new Error(
        `${type}: no source says whether a change of ${unsourced.join(", ")} replaces the resource or updates it in place`,
      );
    }
    const alsoUpdates = this.behaviour(type).alsoUpdates?.(oldOutputs, news, this.context(request)) ?? [];
    return { ...result, updates: [...updates, ...alsoUpdates] };
  }

  async create(request: CreateRequest): Promise<{ id: string; outputs: Properties }> {
    const { type, urn, inputs, preview } = request;
    const behaviour = this.behaviour(type);
    if (preview) return { id: "", outputs: inputs };

    const context = this.context(request);
    const fault = this.options.faults.next(type, request.name);
    const created = await this.locks.run(behaviour.lock?.(inputs, context), async () => {
      if (fault?.kind === "throttle" || fault?.kind === "quota") {
        await moment();
        throw new Error(this.faultMessage(fault));
      }
      const refusal =
        taken(this.options.store, type, behaviour, inputs, context) ?? behaviour.refuse?.(inputs, context);
      if (refusal) throw new Error(refusal);

      return this.options.clock.run(behaviour.seconds.create, async () => {
        const created = await behaviour.create(inputs, context);
        const outputs = { ...inputs, ...created.outputs };
        const createdAt = Date.now() + this.options.clock.milliseconds(behaviour.seconds.create);
        this.options.store.put({ type, id: created.id, urn, inputs, outputs, createdAt });
        return { id: created.id, outputs };
      });
    });
    if (!fault) return created;
    await moment();
    if (fault.kind === "crash") {
      // One engine dies of several such faults once; the next one has nothing to do with them.
      if (!request.ended?.aborted) this.options.crash();
      await new Promise(() => undefined);
    }
    throw new InitializationFailed(created.id, created.outputs, [this.faultMessage(fault)]);
  }

  async read({ type, id }: ReadRequest): Promise<CloudRecord | undefined> {
    this.behaviour(type);
    return this.options.store.get(type, id);
  }

  async update(request: UpdateRequest): Promise<{ outputs: Properties }> {
    const { type, id, news, preview } = request;
    const behaviour = this.behaviour(type);
    if (preview) return { outputs: planned(request.oldOutputs, request.oldInputs, news) };

    return this.locks.run(behaviour.lock?.(news, this.context(request)), async () => {
      const record = this.options.store.get(type, id);
      if (!record) {
        throw new Error(`${type} ${id} does not exist: it was deleted outside of this stack (pulumi refresh)`);
      }
      return this.options.clock.run(behaviour.seconds.update, async () => {
        const outputs = {
          ...record.outputs,
          ...removed(record.inputs, news),
          ...news,
          ...(await behaviour.update?.(record, news, this.context(request), request.oldInputs)),
        };
        this.options.store.put({ ...record, inputs: news, outputs });
        return { outputs };
      });
    });
  }

  async delete(request: DeleteRequest): Promise<void> {
    const { type, id } = request;
    const behaviour = this.behaviour(type);
    const record = this.options.store.get(type, id);
    // Gone already is what was asked for.
    if (!record) return;
    const context = this.context(request);
    await this.locks.run(behaviour.lock?.(record.inputs, context), async () => {
      const refusal = behaviour.refuseDelete?.(record, context);
      if (refusal) throw new Error(refusal);
      await this.options.clock.run(behaviour.seconds.delete, async () => {
        // Its record first: what is killed in between is gone for the cloud, and what it ran is ended at the next start.
        this.options.store.remove(type, id);
        try {
          await behaviour.delete?.(record, context);
          this.retire(record, behaviour, context);
        } catch (error) {
          this.options.store.put(record);
          throw error;
        }
      });
    });
  }

  /** Keeps the name of a deleted resource taken, where the cloud does. */
  private retire(record: CloudRecord, behaviour: Behaviour, context: Context): void {
    const left = behaviour.leaves?.(record, context);
    if (!left) return;
    const { type, inputs } = record;
    const until = left.seconds === Infinity ? null : Date.now() + this.options.clock.milliseconds(left.seconds);
    this.options.store.retire({ type, inputs, until, taken: left.taken });
  }

  async invoke(token: string, args: Properties, connection: string): Promise<Properties> {
    const answer = this.options.invokes[token];
    if (!answer) throw new Error(`the simulated ${this.name} has no function ${token}`);
    const problems = this.options.schema.checkArguments(token, args);
    if (problems.length > 0) {
      throw new Error(problems.map(({ property, reason }) => `${token}: ${property}: ${reason}`).join("\n"));
    }
    return answer(args, this.context({ name: "", connection }));
  }

  private behaviour(type: string): Behaviour {
    const behaviour = this.options.behaviours[type];
    if (!behaviour || !this.options.schema.isKnown(type)) {
      throw new Error(`the simulated ${this.name} has no resource type ${type}`);
    }
    return behaviour;
  }

  private context({ name, connection }: { name: string; connection: string }): Context {
    const config = this.configs.get(connection) ?? {};
    const region = this.options.region(config);
    if (region === undefined) {
      throw new Error(`${this.name}: no region is set; give the provider resource a region`);
    }
    return {
      account: this.options.account,
      region,
      config,
      name,
      hex: (length) =>
        randomBytes(Math.ceil(length / 2))
          .toString("hex")
          .slice(0, length),
      inventory: this.options.store,
      clusters: this.options.clusters,
      age: (record) => this.options.clock.age(record),
    };
  }

  private faultMessage(fault: Fault): string {
    return this.options.faultMessages[fault.kind](fault.type);
  }
}

/** The cloud's error where the resource's name is another's already. */
function taken(
  store: Store,
  type: string,
  behaviour: Behaviour,
  inputs: Properties,
  context: Context,
): string | undefined {
  const wanted = behaviour.uniqueName?.(inputs, context);
  if (!wanted) return undefined;
  const isThat = (record: { inputs: Properties }) => {
    const other = behaviour.uniqueName?.(record.inputs, context);
    return other?.name === wanted.name && other.scope === wanted.scope;
  };
  if (store.list(type).some(isThat)) return wanted.taken;
  return store.retired(type).find(isThat)?.taken;
}

/**
 * Outputs as far as they are known before an update: what the cloud has computed stays, also within a structure that
 * is partly the user's (a cluster's `vpcConfig.clusterSecurityGroupId`).
 */
function planned(outputs: Properties, oldInputs: Properties, news: Properties): Properties {
  const changed = Object.entries(news).map(([key, value]) => {
    const [output, old] = [outputs[key], oldInputs[key]];
    const isPart = isObject(value) && isObject(output);
    return [key, isPart ? planned(output, isObject(old) ? old : {}, value) : value] as const;
  });
  return { ...outputs, ...removed(oldInputs, news), ...Object.fromEntries(changed) };
}

/** Inputs that an update takes away are no longer outputs either. */
function removed(oldInputs: Properties, news: Properties): Properties {
  const gone = Object.keys(oldInputs).filter((key) => news[key] === undefined || news[key] === unknown);
  return Object.fromEntries(gone.map((key) => [key, undefined]));
}
