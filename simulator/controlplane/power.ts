/**
 * Nodes that stop answering. A label on a Node takes its power away, and gives it back when it is taken off:
 *
 *     kubectl label node NAME simulator/power=off
 *     kubectl label node NAME simulator/power-
 *
 * Without power no lease is renewed, no heartbeat told, nothing done for the node's pods, and the kubelet's port is dead.
 * What follows from that is up to the real controllers, in their own time.
 */
import { CoreV1Api } from "@kubernetes/client-node";
import { startLoop, type Loop, type LoopContext } from "./standins/loop";

/** Label of a Node whose power is off where it says `off`. */
export const powerLabel = "simulator/power";

/** The nodes that KWOK takes care of: it lets go of a node, its lease and its pods when they no longer match. */
export const poweredNodes = `${powerLabel}!=off`;

export class Power {
  private readonly without = new Set<string>();
  private readonly loop: Loop;

  constructor(context: LoopContext) {
    const core = context.config.makeApiClient(CoreV1Api);
    this.loop = startLoop(
      context,
      "/api/v1/nodes",
      () => core.listNode(),
      async ({ metadata }) => {
        const name = metadata?.name ?? "";
        if (metadata?.labels?.[powerLabel] === "off") this.without.add(name);
        else this.without.delete(name);
      },
      ({ metadata }) => void this.without.delete(metadata?.name ?? ""),
    );
  }

  /** @param node name of a Node; of a pod that has none yet, undefined. */
  isOff(node: string | undefined): boolean {
    return node !== undefined && this.without.has(node);
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }
}
