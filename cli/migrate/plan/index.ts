/** `platform migrate plan`: what a move to another cloud changes, and what stands in its way. */
import type { Cloud, PlatformConfig } from "../../../components/config/types";
import type { Side } from "../side";
import { isRecord, valueAt, type Manifest } from "../../validate/model";
import { accountNotes } from "./account";
import { accepted } from "./accept";
import { classFor, targetClasses } from "./clouds/classes";
import { runChecks } from "./checks";
import { databasesOf } from "./checks/databases";
import { isAutomatic } from "./checks/delivery";
import { targetSize } from "./checks/storage";
import { bytesOf, estimateOf } from "./estimate";
import { readInventory, type Inventory } from "./inventory";
import type { MigrationPlan, PlanRequest, VolumeFact } from "./plan";
import { Report } from "./report";
import { moves } from "./scope";
import { configurationOf, targetValues, withoutSecrets, type BackupPlace, type PlainStack } from "./target";
import { ofKind, textOf, viewOf, type View } from "./view";
import { formatPath } from "../../../components/config/keys";

export { readInventory } from "./inventory";
export { PlanError } from "./plan";
export type { Finding, MigrationPlan, PlanRequest, ResourceModifierRule } from "./plan";

/**
 * Reads the source and changes nothing anywhere.
 * @throws PlanError where the request asks for what no plan can be.
 */
export async function makePlan(
  source: Pick<Side, "name" | "stack" | "configuration" | "connect">,
  request: PlanRequest,
): Promise<MigrationPlan> {
  const outputs = await source.stack.outputs();
  const inventory = await readInventory(await source.connect());
  const clusterId = textOf(outputs["clusterId"]?.value);
  return planOf({ name: source.name, ...source.configuration }, clusterId, inventory, request);
}

/**
 * The plan of what has been read: pure.
 * @param clusterId the cloud's own id of the cluster, which names the account.
 */
export function planOf(
  stack: PlainStack,
  clusterId: string,
  inventory: Inventory,
  request: PlanRequest,
): MigrationPlan {
  const report = new Report();
  const view = viewOf(inventory);
  const plain = withoutSecrets(stack);
  const from = { cloud: plain["cloud"] as Cloud, region: String(plain["region"]) };
  const backup = backupPlace(inventory.objects, from.cloud, clusterId);
  const { kubernetesVersion } = inventory;
  const values = targetValues(
    stack,
    request,
    { kubernetesVersion, sharedVolumes: hasSharedVolumes(view), ...(backup ? { backup } : {}) },
    report,
  );
  if (!backup) {
    report.blocking("backup-off", "backup", {
      what: "the source's cluster has no place of Velero's that its backups are in",
      then: "set backup.enabled to true on the source, and run pulumi up there",
    });
  }
  const { config, problems, unreachable } = configurationOf({ name: request.to, values }, stack.secrets);
  for (const { key, message } of problems) {
    report.blocking("configuration", key, {
      what: message,
      then: `set it with --set ${key}=…, or change it on the source`,
    });
  }
  for (const { key, message } of unreachable) {
    report.blocking("api-private", key, {
      what: message,
      then: "name a network that you run this in with --set network.existing=…, or move with --set access.private=false and close it afterwards",
    });
  }
  if (inventory.unread.length > 0) {
    report.note("unread", "cluster", {
      what: `${inventory.unread.join(", ")}: these could not be listed, and nothing is known of them`,
      then: "see that their servers run, and that whoever plans may read them",
    });
  }
  accountNotes(config, report);
  const secretKeys = stack.secrets.map((path) =>
    formatPath(path.map((part) => (/^\d+$/.test(part) ? Number(part) : part))),
  );
  if (secretKeys.length > 0) {
    report.adapted("secret-values", "secrets", {
      what: secretKeys.join(", "),
      then: "copied from stack to stack by up, encrypted with the target's own key",
    });
  }
  const source = {
    ...from,
    values: plain,
    config: configurationOf({ name: stack.name, values: plain }, stack.secrets).config,
  };
  const target = { cloud: config.cloud, region: config.region, values };
  const classes = targetClasses(request.cloud as Exclude<Cloud, "local">, config.storage.shared);
  const classMap = mapClasses(view, classes);
  const volumes = volumesOf(view, classMap, classes);
  const databases = databasesOf(view, volumes);
  runChecks(
    { view, source, target: { ...target, config, classes }, classMap, images: request.images ?? {} },
    { databases, secretKeys },
    report,
  );
  return {
    from: stack.name,
    to: request.to,
    source: { ...from, values: plain },
    target,
    secretKeys,
    findings: accepted(report.findings, request.accept ?? []),
    maps: {
      storageClasses: Object.fromEntries(Object.entries(classMap).filter(([name, to]) => name !== to)),
      images: request.images ?? {},
      modifiers: report.modifiers.list(),
      leftOut: [...new Set(report.leftOut)].sort(),
      leftOutKinds: [...new Set([...alwaysLeftOut, ...report.leftOutKinds])].sort(),
    },
    data: { volumes, databases, bytes: volumes.reduce((sum, volume) => sum + bytesOf(volume), 0) },
    namespaces: namespacesOf(view),
    pausedApplications: ofKind(inventory.objects, "argoproj.io", "Application")
      .filter(isAutomatic)
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
      .sort(),
    estimate: estimateOf({ volumes, databases, agents: agentsOf(view, config), cloud: config.cloud }),
  };
}

/** Classes are the platform's own on every cluster, and snapshots stay in their cloud. */
const alwaysLeftOut = [
  "storageclasses.storage.k8s.io",
  ...["volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses"].map(
    (one) => `${one}.snapshot.storage.k8s.io`,
  ),
];

/** Whether something stands in the way that a person has to decide about. */
export function isBlocked({ findings }: Pick<MigrationPlan, "findings">): boolean {
  return findings.some(({ severity }) => severity === "blocking");
}

/** Velero's default place, and whose account it is in. */
function backupPlace(objects: Manifest[], cloud: Cloud, clusterId: string): BackupPlace | undefined {
  const places = ofKind(objects, "velero.io", "BackupStorageLocation");
  const place = places.find((one) => valueAt(one, ["spec", "default"]) === true) ?? places[0];
  const bucket = valueAt(place, ["spec", "objectStorage", "bucket"]);
  if (typeof bucket !== "string") return undefined;
  const config = valueAt(place, ["spec", "config"]);
  const text = (key: string) => textOf(isRecord(config) ? config[key] : "");
  switch (cloud) {
    case "aws":
      // arn:aws:eks:eu-west-1:111122223333:cluster/platform-prod
      return { bucket, account: clusterId.split(":")[4] ?? "" };
    case "gcp":
      return {
        bucket,
        account: /projects\/([^/]+)\//.exec(clusterId)?.[1] ?? text("serviceAccount").split(/[@.]/)[1] ?? "",
      };
    default:
      return {
        bucket,
        account: text("subscriptionId"),
        storageAccount: text("storageAccount"),
        resourceGroup: text("resourceGroup"),
      };
  }
}

function hasSharedVolumes({ claims }: View): boolean {
  return claims.some(({ spec }) =>
    spec.accessModes?.some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany"),
  );
}

/** Every class of the source that has something to stand for it on the target, by name. */
function mapClasses({ classes }: View, targets: ReturnType<typeof targetClasses>): Record<string, string> {
  return Object.fromEntries(
    [...classes.values()].flatMap((one) => {
      const to = classFor(one, targets);
      return to === undefined ? [] : [[one.metadata.name, to]];
    }),
  );
}

function volumesOf(
  view: View,
  classMap: Record<string, string>,
  classes: ReturnType<typeof targetClasses>,
): VolumeFact[] {
  return view.claims
    .filter(({ phase, spec }) => phase !== "Pending" && phase !== "Lost" && spec.volumeMode !== "Block")
    .map(({ object, key, class: name, spec, requestedBytes, pods }) => {
      const targetClass = classMap[name] ?? "";
      const target = classes.find((one) => one.name === targetClass);
      const usedBytes = view.inventory.usedBytes[key];
      return {
        namespace: object.metadata.namespace ?? "",
        claim: object.metadata.name,
        class: name,
        targetClass,
        accessModes: spec.accessModes ?? [],
        requestedBytes,
        targetBytes: target ? targetSize(requestedBytes, target) : requestedBytes,
        ...(usedBytes === undefined ? {} : { usedBytes }),
        ...(pods[0] === undefined ? {} : { pod: pods[0] }),
      };
    })
    .sort((one, other) => (`${one.namespace}/${one.claim}` < `${other.namespace}/${other.claim}` ? -1 : 1));
}

function namespacesOf({ inventory, mine }: View): string[] {
  const named = ofKind(inventory.objects, "", "Namespace").map(({ metadata }) => metadata.name);
  const used = mine.flatMap(({ metadata }) => metadata.namespace ?? []);
  return [...new Set([...named, ...used])].filter(moves).sort();
}

function agentsOf({ nodes }: View, config: PlatformConfig): { source: number; target: number } {
  return { source: Math.max(1, nodes.length), target: config.nodes.min };
}
