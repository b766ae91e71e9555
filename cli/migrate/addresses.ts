/** Names that nobody has given the migration: whoever owns them is told where they lead. */
import type { Traffic } from "./migration";

export const namesByHand: Traffic = {
  prepare: async (say) => say("the stack has no domain: its names are yours to switch"),
  toTarget: async (say) => say("let your names lead to the target's load balancer now"),
  toSource: async (say) => say("let your names lead to the source's load balancer again"),
};
