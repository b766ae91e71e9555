/** Volumes of both sides by checksum. */
import type { V1Pod } from "@kubernetes/client-node";
import type { Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { formatBytes } from "../../velero/outcome";
import type { MigrationPlan, VolumeFact } from "../plan/plan";
import { JobError } from "../job";
import { claimsOf } from "../pods";
import { checksum } from "./checksum/run";
import type { Checksum } from "./checksum/script";
import type { Problem, VolumeCheck } from "./verification";

/** Claims that are read at a time; each on both sides. */
const atOnce = 8;

export interface VolumeRequest {
  plan: Pick<MigrationPlan, "data" | "namespaces">;
  source: Clients;
  target: Clients;
  /** For each volume. */
  timeoutSeconds: number;
}

export interface VolumeComparison {
  volumes: VolumeCheck[];
  problems: Problem[];
}

/** Reads all claims of the plan's namespaces on both sides. */
export async function compareVolumes(request: VolumeRequest, say: Say): Promise<VolumeComparison> {
  const { plan, source, target, timeoutSeconds } = request;
  const facts = plan.data.volumes.filter(({ namespace }) => plan.namespaces.includes(namespace));
  const sides = [await Side.of(source, timeoutSeconds), await Side.of(target, timeoutSeconds)] as const;
  const found: VolumeComparison = { volumes: [], problems: [] };
  const queue = [...facts];
  let done = 0;
  const worker = async () => {
    for (let fact = queue.shift(); fact; fact = queue.shift()) {
      const [from, to] = await Promise.all(sides.map((side) => side.read(fact)));
      done += 1;
      if (from instanceof JobError || to instanceof JobError || !from || !to) {
        found.problems.push(...unread(fact, "source", from), ...unread(fact, "target", to));
        continue;
      }
      const check = checkOf(fact, from, to);
      found.volumes.push(check);
      if (check.source !== check.target) found.problems.push(differing(check, to));
      say(`${done} of ${facts.length} volumes compared: ${fact.namespace}/${fact.claim}, ${formatBytes(from.bytes)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return {
    volumes: found.volumes.sort(byName),
    problems: found.problems.sort((one, other) => one.object.localeCompare(other.object)),
  };
}

/** One cluster's pods and namespaces, as they were when the reading began. */
class Side {
  private constructor(
    private readonly clients: Clients,
    private readonly pods: V1Pod[],
    private readonly restricted: Set<string>,
    private readonly timeoutSeconds: number,
  ) {}

  static async of(clients: Clients, timeoutSeconds: number): Promise<Side> {
    const [pods, namespaces] = await Promise.all([
      clients.core.listPodForAllNamespaces({ fieldSelector: "status.phase=Running" }),
      clients.core.listNamespace(),
    ]);
    const restricted = namespaces.items.filter(
      ({ metadata }) => metadata?.labels?.["pod-security.kubernetes.io/enforce"] === "restricted",
    );
    const names = new Set(restricted.map(({ metadata }) => metadata?.name ?? ""));
    return new Side(clients, pods.items, names, timeoutSeconds);
  }

  async read({ namespace, claim, accessModes }: VolumeFact): Promise<Checksum | JobError> {
    const pod = this.pods.find((one) => one.metadata?.namespace === namespace && claimsOf(one).includes(claim));
    if (pod && accessModes.includes("ReadWriteOncePod")) {
      return new JobError(`its pod ${pod.metadata?.name} has it to itself (ReadWriteOncePod)`);
    }
    const restricted = this.restricted.has(namespace);
    try {
      return await checksum(this.clients, {
        ...{ namespace, claim, restricted, timeoutSeconds: this.timeoutSeconds },
        ...(pod ? { pod } : {}),
      });
    } catch (error) {
      // Whatever it is: the other volumes are read all the same.
      return error instanceof JobError ? error : new JobError(String(error), { cause: error });
    }
  }
}

function checkOf({ namespace, claim }: VolumeFact, from: Checksum, to: Checksum): VolumeCheck {
  return { namespace, claim, files: from.files, bytes: from.bytes, source: from.sha256, target: to.sha256 };
}

/** Title of a claim. */
export function titleOf({ namespace, claim }: Pick<VolumeCheck, "namespace" | "claim">): string {
  return `PersistentVolumeClaim ${namespace}/${claim}`;
}

function differing(check: VolumeCheck, to: Checksum): Problem {
  const size = ({ files, bytes }: Pick<Checksum, "files" | "bytes">) => `${files} files, ${bytes} bytes`;
  const same = check.files === to.files && check.bytes === to.bytes;
  return {
    code: "volume-differs",
    object: titleOf(check),
    what: same
      ? `names or contents of files differ, in ${size(check)}`
      : `${size(check)} on the source, ${size(to)} on the target`,
    then:
      "back up and restore again while nobody writes on the source. A program that writes by itself as soon as it runs, " +
      "such as a database, says by a command of its own whether its data is whole: docs/decisions/verify.md",
  };
}

function unread(fact: VolumeFact, side: string, found: Checksum | JobError | undefined): Problem[] {
  if (!(found instanceof JobError)) return [];
  return [
    {
      code: "volume-unread",
      object: titleOf(fact),
      what: `could not be read on the ${side}: ${found.message}`,
      then: "see that there is room for a small pod beside the one that has it mounted, and that its user may read all files; then verify again",
    },
  ];
}

function byName(one: VolumeCheck, other: VolumeCheck): number {
  return titleOf(one).localeCompare(titleOf(other));
}
