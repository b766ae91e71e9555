/** A configuration that is refused, and the whole of what its user reads. */
export interface Bad {
  name: string;
  /** Laid over a good configuration of dev on AWS, key by key; `undefined` takes a key away. */
  values: Record<string, unknown>;
  /** Paths of the values that are kept encrypted. */
  secrets?: string[][];
  /** Name of the stack, `test` where left out. */
  stack?: string;
  messages: string[];
}
