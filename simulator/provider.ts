/**
 * What a simulated provider answers: Pulumi's resource-provider protocol with types. `server.ts` speaks the protocol
 * itself; nothing here knows of gRPC.
 */
import type { ComponentResourceOptions, Inputs, Output } from "@pulumi/pulumi";

/** A property that has no value yet, in previews (`UnknownStringValue` of Pulumi's sdk/go/common/resource/plugin). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Properties = Record<string, unknown>;

export interface Request {
  urn: string;
  /** `aws:ec2/vpc:Vpc` */
  type: string;
  /** The resource's logical name. */
  name: string;
  /** One for each configured instance of the provider: requests over the same connection share a configuration. */
  connection: string;
  /** Aborts when the engine that asked is no more: the real provider's process ends with it. */
  ended?: AbortSignal;
}

export interface CheckRequest extends Request {
  olds: Properties;
  news: Properties;
}

export interface DiffRequest extends Request {
  id: string;
  oldInputs: Properties;
  oldOutputs: Properties;
  news: Properties;
}

export interface CreateRequest extends Request {
  inputs: Properties;
  preview: boolean;
  /** The resource's own `customTimeouts`; 0 where none is set. */
  timeoutSeconds: number;
}

export interface UpdateRequest extends DiffRequest {
  preview: boolean;
  timeoutSeconds: number;
}

export interface ReadRequest extends Request {
  id: string;
  inputs: Properties;
  outputs: Properties;
}

export interface DeleteRequest extends ReadRequest {
  timeoutSeconds: number;
}

export interface CheckResult {
  inputs: Properties;
  failures: { property: string; reason: string }[];
}

export interface DiffResult {
  /** Property paths that change in place, and those that need a new resource. */
  updates: string[];
  replaces: string[];
  deleteBeforeReplace: boolean;
}

export interface ConstructResult {
  urn: string | Output<string>;
  state: Inputs;
}

/** Every method may throw: the message is what the user reads. */
export interface SimulatedProvider {
  readonly name: string;
  readonly version: string;
  checkConfig?(news: Properties): Promise<CheckResult>;
  /** What a changed configuration of the provider itself does to the resources that it made. */
  diffConfig?(oldInputs: Properties, news: Properties): Promise<DiffResult>;
  configure?(connection: string, config: Properties): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<{ id: string; outputs: Properties }>;
  /** Undefined where the resource is gone. */
  read(request: ReadRequest): Promise<{ id: string; inputs: Properties; outputs: Properties } | undefined>;
  update(request: UpdateRequest): Promise<{ outputs: Properties }>;
  delete(request: DeleteRequest): Promise<void>;
  invoke?(token: string, args: Properties, connection: string): Promise<Properties>;
  construct?(type: string, name: string, inputs: Inputs, options: ComponentResourceOptions): Promise<ConstructResult>;
}

/** The resource exists but did not become ready: the engine keeps it in the state and mends it at the next `up`. */
export class InitializationFailed extends Error {
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    readonly reasons: string[],
  ) {
    super(reasons.join("\n"));
  }
}
