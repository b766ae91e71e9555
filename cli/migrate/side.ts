/** A stack as a migration sees it: the source that serves, or the target that takes over. */
import type { Stack } from "@pulumi/pulumi/automation";
import type { Clients } from "../kubernetes";
import type { StackConfiguration } from "../rehearse/stackFile";

export interface Side {
  /** The stack's name. */
  name: string;
  stack: Stack;
  /** With its secrets, for this process only: never printed, never in the journal. */
  configuration: StackConfiguration;
  /**
   * The stack's cluster.
   * @throws Error where it has none yet.
   */
  connect(): Promise<Clients>;
}
