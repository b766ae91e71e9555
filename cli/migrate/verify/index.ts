/** `migrate verify`: whether the target has what the source has, and serves as it does. */
import { present, type Clients } from "../../kubernetes";
import type { Say } from "../../rehearse/up";
import { readInventory, type Inventory } from "../plan/inventory";
import { runIn } from "../podCommand";
import type { MigrationPlan } from "../plan/plan";
import { expectedOf } from "./expected";
import { compareObjects } from "./objects";
import { compareRows, hooksOf, type RowHook } from "./rows";
import { compareSecrets, readSecrets } from "./secrets";
import { applicationsOf, settle } from "./settle";
import type { Problem, Verification } from "./verification";
import { compareVolumes, titleOf, type VolumeComparison } from "./volumes";

export type { Problem, Verification, VolumeCheck } from "./verification";
export { compareVolumes, type VolumeComparison, type VolumeRequest } from "./volumes";

export interface VerifyRequest {
  plan: MigrationPlan;
  source: Clients;
  target: Clients;
  /** Longest wait for the target to get ready, and for one volume to be read. */
  timeoutSeconds: number;
  /**
   * Whether somebody may have written on the source since the backup: volumes and rows are read all the same, and what
   * differs in them is no problem.
   */
  sourceServes?: boolean;
}

/** Changes nothing on either side but for the Jobs that read volumes, which go again. Everything that is wrong is told at once. */
export async function verify(request: VerifyRequest, say: Say): Promise<Verification> {
  const begin = Date.now();
  const { plan, source, target, timeoutSeconds, sourceServes = false } = request;
  say("reads what the source has");
  const [before, wanted, git] = await Promise.all([
    readInventory(source),
    applicationsOf(source.config),
    isSynced(target),
  ]);
  const expected = expectedOf(before, plan, { git });
  const waiting = await settle(
    { objects: expected, applications: git ? wanted : [] },
    target.config,
    timeoutSeconds,
    say,
  );
  say("compares objects");
  const after = await readInventory(target);
  const objects = compareObjects(expected, after.objects, plan.maps);
  const [ours, theirs] = await Promise.all([source, target].map((side) => readSecrets(side, plan.namespaces)));
  const rows = await askRows(request, hooksOf(before.objects, plan.namespaces), after);
  say("compares volumes");
  const volumes = await compareVolumes({ plan, source, target, timeoutSeconds }, say);
  const differing = [...ofVolumes(volumes, rows.trusted), ...rows.problems];
  const serving: Problem["code"][] = ["volume-differs", "rows-differ"];
  return {
    objects: { expected: objects.expected, there: objects.there },
    problems: [
      ...unread("source", before),
      ...unread("target", after),
      ...objects.problems,
      ...compareSecrets(ours ?? [], theirs ?? [], plan.maps.leftOut),
      ...waiting,
      ...differing.filter(({ code }) => !sourceServes || !serving.includes(code)),
    ],
    volumes: volumes.volumes,
    rows: rows.rows,
    seconds: Math.round((Date.now() - begin) / 1000),
  };
}

/**
 * Whether Argo CD brings there what Git has: it has Applications, and its controller is not stopped, as it is after a
 * rollback, when what they say of themselves is of before.
 */
async function isSynced({ apps, config }: Clients): Promise<boolean> {
  const place = { name: "argocd-application-controller", namespace: "argocd" };
  const controller = await present(apps.readNamespacedStatefulSet(place));
  return (controller?.spec?.replicas ?? 0) > 0 && (await applicationsOf(config)).length > 0;
}

/** Pods have the same names where a restore brought them; others are found by what they have mounted. */
async function askRows({ source, target, plan, timeoutSeconds }: VerifyRequest, hooks: RowHook[], after: Inventory) {
  const there = hooksOf(after.objects, plan.namespaces);
  const answers = await Promise.all(
    hooks.map(async (hook) => {
      const other = there.find(
        ({ namespace, pod, claims }) =>
          namespace === hook.namespace && (pod === hook.pod || claims.some((claim) => hook.claims.includes(claim))),
      );
      const asked = (clients: Clients, one: RowHook | undefined) =>
        one
          ? runIn(clients, one, timeoutSeconds).catch((error: unknown) => new Error((error as Error).message))
          : new Error("no pod of it runs there");
      return { hook, source: await asked(source, hook), target: await asked(target, other) };
    }),
  );
  const { rows, problems } = compareRows(answers);
  const trusted = hooks
    .filter((_, index) => rows[index]?.same)
    .flatMap(({ namespace, claims }) => claims.map((claim) => titleOf({ namespace, claim })));
  return { rows, problems, trusted };
}

/** Where a program itself says that its data is the same, its files may differ: it has written since it runs. */
function ofVolumes({ problems }: VolumeComparison, trusted: string[]): Problem[] {
  return problems.filter(({ code, object }) => code !== "volume-differs" || !trusted.includes(object));
}

/** Kinds that no restore brings anyway are let be. */
const measured = /(^|\.)metrics\.k8s\.io\//;

function unread(side: string, { unread: kinds }: Inventory): Problem[] {
  return kinds
    .filter((kind) => !measured.test(kind))
    .map((kind) => ({
      code: "unread",
      object: kind,
      what: `could not be listed on the ${side}`,
      then: "see that its server runs (kubectl get apiservices), and that you may read it; then verify again",
    }));
}
