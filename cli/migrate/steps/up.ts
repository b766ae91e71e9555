/** `migrate up`: the target's stack, from the plan's configuration and the source's secrets. The source is only read. */
import { sourceLocation } from "../../../components/backup/source";
import { up as pulumiUp } from "../../rehearse/up";
import { awaitLocation } from "../../velero/client";
import { configure } from "../configure";
import { planOf, type Work } from "../migration";

export const up: Work = async ({ journal, stacks, timeoutSeconds }, say) => {
  const plan = planOf(journal);
  const target = await stacks.target();
  const { stack: source } = await stacks.source();
  await configure(target.stack, plan.target.values, { source, secretKeys: plan.secretKeys });
  await pulumiUp(target.stack, say);
  say("waits until the target's Velero reads the source's bucket");
  await awaitLocation(await target.connect(), sourceLocation, timeoutSeconds);
  const outputs = await target.stack.outputs();
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, { value, secret }]) => (secret ? [] : [[name, value as unknown]])),
  );
};
