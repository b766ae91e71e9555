/** Names that nobody has given the migration: whoever owns them is told where they lead. */
import type { Traffic } from "./migration";

export const namesByHand: Traffic = {
  prepare: (say) => told(say, "the names of what moves are not the stack's: they are yours to switch"),
  toTarget: (say) => told(say, "let your names lead to the target's load balancer now"),
  toSource: (say) => told(say, "let your names lead to the source's load balancer again"),
  leave: () => Promise.resolve(),
};

function told(say: (line: string) => void, words: string): Promise<void> {
  say(words);
  return Promise.resolve();
}
