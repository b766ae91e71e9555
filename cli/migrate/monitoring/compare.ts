/** Whether the metrics' history is whole on the target: its blocks, from and to when they reach, and their samples. */
import { JobError } from "../job";
import type { Migration } from "../migration";
import type { Problem } from "../verify";
import { check, type Checked } from "./fill";
import { sentIn } from "./index";
import { namespace } from "./parts";
import type { Blocks } from "./stage";

/** Of both sides. Plain JSON. */
export interface HistoryCheck {
  /** What the source's snapshot had. */
  source: Blocks;
  /** What is in the target's volume: more, where its Prometheus has been running. */
  target: Checked;
}

export interface HistoryComparison {
  /** Unset where there is nothing to compare, or it could not be read. */
  history?: HistoryCheck;
  problems: Problem[];
}

export async function compareHistory(migration: Migration): Promise<HistoryComparison> {
  const sent = sentIn(migration, "backup");
  const part = sent?.parts.find(({ name }) => name === "prometheus");
  if (!sent || !part) return { problems: [] };
  const { blocks = 0, from = 0, to = 0, samples = 0 } = part;
  const source = { blocks, from, to, samples };
  try {
    const clients = await (await migration.stacks.target()).connect();
    const target = await check(clients, sent.image, migration.timeoutSeconds);
    return { history: { source, target }, problems: problemsOf(source, target) };
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const what = `could not be read on the target: ${error.message}`;
    return { problems: [{ code: "history-unread", object, what, then: "see what its words say, and verify again" }] };
  }
}

const object = `Prometheus ${namespace}`;

/** @returns none where the target has every block, and as many samples in as long a time. */
export function problemsOf(source: Blocks, target: Checked): Problem[] {
  const isWhole =
    target.missing === 0 && target.samples >= source.samples && target.from <= source.from && target.to >= source.to;
  if (isWhole || source.blocks === 0) return [];
  const words = ({ blocks, from, to, samples }: Blocks) =>
    `${blocks} blocks with ${samples} samples from ${dateOf(from)} to ${dateOf(to)}`;
  const what = `${words(source)} on the source, ${words(target)} on the target, where ${target.missing} of them are missing or changed`;
  return [{ code: "history-differs", object, what, then: "restore again, then verify again" }];
}

function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
