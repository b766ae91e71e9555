/**
 * The form of the data files under `data/`: what each cloud's resource types accept, and what a change of them does.
 * One set of files for each provider, so that another cloud is another set of files.
 */

/** What one value may be. Numbers, strings and booleans are what they are in the SDK: nothing is coerced. */
export type Shape =
  | { type: "string" | "number" | "boolean" | "any" }
  /** Another resource: the engine sends its id. */
  | { type: "resource" }
  | { type: "enum"; values: Literal[] }
  | { type: "array"; items: Shape }
  /** Keys are free. */
  | { type: "map"; values: Shape }
  /** A key of `Declarations.objects`. */
  | { type: "object"; name: string }
  | { type: "union"; members: Shape[] };

export type Literal = string | number | boolean;

export interface Property {
  shape: Shape;
  required?: true;
  deprecated?: true;
  /** The SDK marks it secret: its value is never shown. */
  secret?: true;
}

export type ObjectShape = Record<string, Property>;

/** `data/<provider>.types.json`: derived from the type declarations of the SDK that the program compiles against. */
export interface Declarations {
  sdk: { name: string; version: string };
  /** Inputs of each resource type, by token (`aws:ec2/vpc:Vpc`). */
  resources: Record<string, ObjectShape>;
  /** Arguments of each function, by token. */
  functions: Record<string, ObjectShape>;
  /** The provider's own configuration. */
  config: ObjectShape;
  /** Nested objects, by the SDK's own name (`ec2.SecurityGroupIngress`). */
  objects: Record<string, ObjectShape>;
}

/** Bounds that a cloud's API model puts on a value. Lengths are in characters, of lists and maps in entries. */
export interface Constraint {
  /** Where the model says so: `eks CreateClusterRequest.name`. */
  source: string;
  values?: Literal[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  min?: number;
  max?: number;
  integer?: true;
  /** Of a map's keys and values, where the model has them as shapes of their own. */
  keys?: Constraint;
  items?: Constraint;
}

/** `data/<provider>.constraints.json`: taken from the cloud's published API models. */
export interface Constraints {
  models: { name: string; version: string };
  /** By token, then by property. */
  resources: Record<string, Record<string, Constraint>>;
  /** Of the provider's own configuration. */
  config: Record<string, Constraint>;
  /** Of nested objects, by the names that `Declarations.objects` has. */
  objects: Record<string, Record<string, Constraint>>;
}

/** A kind of change that a rule can be limited to: the value goes, or it comes or goes. */
export type When = "removed" | "comesOrGoes";

/** Where a rule was read: a file of the rule book's repository, at a commit (or what tells that version apart). */
export interface Source {
  path: string;
  revision: string;
}

export interface Rules {
  source: Source;
  /**
   * Property paths without indices (`remoteAccess.ec2SshKey`) that need a new resource. A path speaks for everything
   * below it that has no entry of its own.
   */
  replaces: string[];
  /** Paths that change in place. */
  updates: string[];
  /** Paths that replace only where the change is of one kind; any other change of them is in place. */
  replacesWhen?: Record<string, When>;
  /** Lists whose order carries no meaning (Terraform's TypeSet). */
  sets?: string[];
  /** Optional inputs that the cloud fills in: leaving one out later keeps its value, so it is no change. */
  computed?: string[];
  /** JSON documents: how they are written is no change. */
  json?: string[];
  /** The input that Pulumi generates where the program leaves it out, so that two can exist side by side. */
  autoNamed?: string;
  /** Two of them can't exist side by side, so the old one goes first. */
  deleteBeforeReplace?: true;
}

/**
 * `data/<provider>.rules.json`: which change replaces and which updates in place, from the source of the Terraform
 * provider that Pulumi's is made of: `ForceNew` and `RequiresReplace` replace, all else that it can update does not.
 * A property whose rule depends on more than the change itself, or was not read, has none.
 */
export interface RuleBook {
  repository: string;
  /** Where `autoNamed` and `deleteBeforeReplace` are from. */
  naming?: Source & { repository: string };
  /** Of every type that has no rule of its own for a path. */
  common?: { source: Source; replaces: string[]; updates: string[] };
  resources: Record<string, Rules>;
}
