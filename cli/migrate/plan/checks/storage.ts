/** Claims: their classes, access modes, modes and sizes, and whether a backup takes what is in them. */
import type { V1PersistentVolumeSpec, V1StorageClass } from "@kubernetes/client-node";
import { showQuantity } from "../../../validate/quantity";
import { sharedModes } from "../clouds/classes";
import type { Check, CheckInput, Report } from "../report";
import { monitoringNamespace } from "../scope";
import { ofKind, specOf, textOf, type Claim } from "../view";

export const checkClaims: Check = (input, report) => {
  for (const claim of input.view.claims) {
    if (claim.phase === "Pending" || claim.phase === "Lost") {
      pending(claim, report);
      continue;
    }
    const target = targetOf(claim, input);
    if (!target) {
      unknownClass(claim, input, report);
      continue;
    }
    modes(claim, target, report);
    sizes(claim, target, report);
    backedUp(claim, report);
  }
  mapped(input, report);
};

function targetOf(claim: Claim, { target, classMap }: CheckInput) {
  const name = classMap[claim.class];
  return target.classes.find((one) => one.name === name);
}

function pending({ object, phase, class: name }: Claim, report: Report): void {
  report.note("claim-pending", object, {
    what: `it is ${phase}${name === "" ? "" : ` (class ${name})`}: there is no data to move`,
    then: "it comes along as it is; delete it where nobody needs it",
  });
}

function unknownClass({ object, class: name }: Claim, { target, view }: CheckInput, report: Report): void {
  const provisioner = textOf(view.classes.get(name)?.["provisioner"]);
  const files = /(efs|fsx|azure-?file|filestore|file)/.test(provisioner);
  report.blocking("storage-class", object, {
    field: "spec.storageClassName",
    what:
      name === ""
        ? "it names no class: its volume was made by hand"
        : `the target has nothing that stands for ${name}${provisioner === "" ? "" : ` (${provisioner})`}`,
    then: files
      ? "set storage.shared to true for the target"
      : `copy the data to a claim of one of ${target.classes.map((one) => one.name).join(", ")} first, or install its driver on the target and accept this`,
  });
}

/** A finding for each class in use that gets another name, not for each claim. */
function mapped({ view, classMap }: CheckInput, report: Report): void {
  const used = new Set(view.claims.map((claim) => claim.class));
  for (const [from, to] of Object.entries(classMap).filter(([name, other]) => used.has(name) && name !== other)) {
    const claims = view.claims.filter((claim) => claim.class === from);
    report.adapted("storage-class", `StorageClass ${from}`, {
      field: "spec.storageClassName",
      what: `${claims.length === 1 ? "a claim has" : `${claims.length} claims have`} it: ${some(claims.map(({ key }) => key))}`,
      then: `${from} → ${to}`,
    });
  }
}

function modes({ object, spec }: Claim, target: { name: string; accessModes: string[] }, report: Report): void {
  if (spec.volumeMode === "Block") {
    report.blocking("volume-mode", object, {
      field: "spec.volumeMode",
      what: "a block volume: a file-system backup cannot read it",
      then: "move its data with the program that writes it, to a claim with volumeMode Filesystem, or accept that it stays behind",
    });
  }
  const missing = (spec.accessModes ?? []).filter((mode) => !target.accessModes.includes(mode));
  if (missing.length === 0) return;
  report.blocking("access-mode", object, {
    field: "spec.accessModes",
    what: `${missing.join(", ")}: the target's class ${target.name} has ${target.accessModes.join(", ")}`,
    then: missing.some((mode) => sharedModes.includes(mode))
      ? "give the claim a class of shared files on the source, or claim it ReadWriteOnce where one pod has it"
      : "claim it ReadWriteOnce",
  });
}

function sizes(
  { object, requestedBytes }: Claim,
  target: { name: string; least: number; most: number },
  report: Report,
): void {
  const field = "spec.resources.requests.storage";
  const asked = showQuantity("storage", requestedBytes);
  if (requestedBytes > target.most) {
    report.blocking("volume-size", object, {
      field,
      what: `${asked}: a volume of ${target.name} has ${showQuantity("storage", target.most)} at most`,
      then: "divide the data among several volumes first",
    });
  } else if (targetSize(requestedBytes, target) > requestedBytes) {
    report.adapted("volume-size", object, {
      field,
      what: `${target.name} has volumes of ${target.least > 2 ** 30 ? `${showQuantity("storage", target.least)} or more` : "whole GiB"}`,
      then: `${asked} → ${showQuantity("storage", targetSize(requestedBytes, target))}, by the target's driver itself`,
    });
  }
}

/** What a claim gets on the target, in bytes. */
export function targetSize(requested: number, { least }: { least: number }): number {
  // Without a size there is nothing to round.
  return least <= 1 ? requested : Math.max(least, Math.ceil(requested / 2 ** 30) * 2 ** 30);
}

/** Velero's node agent reads volumes where the kubelet has mounted them: https://velero.io/docs/v1.18/file-system-backup/#limitations */
function backedUp({ object, pods, volume, spec, key }: Claim, report: Report): void {
  const { hostPath, local } = volume ? specOf<V1PersistentVolumeSpec>(volume) : {};
  if (hostPath || local) {
    report.blocking("local-volume", object, {
      field: "spec.volumeName",
      what: `its volume ${volume?.metadata.name} is a folder of a node (${(hostPath ?? local)?.path}), which no backup can read`,
      then: "copy the data to a claim of a class of the cloud first",
    });
    return;
  }
  // The platform's own program takes the snapshot of its history.
  if (pods.length === 0 && spec.volumeMode !== "Block" && !key.startsWith(`${monitoringNamespace}/`)) {
    report.blocking("volume-unmounted", object, {
      what: "no running pod has it mounted, and a file-system backup takes what is mounted only",
      then: "start what uses it, or a pod that only mounts it; or delete the claim, or accept that its data stays behind",
    });
  }
  const { dataSource, dataSourceRef } = spec;
  const origin = dataSourceRef ?? dataSource;
  if (!origin) return;
  report.adapted(
    "claim-source",
    object,
    {
      field: "spec.dataSourceRef",
      what: `it was filled from ${origin.kind} ${origin.name}, which is not on the target`,
      then: "without a source: the restore fills it",
    },
    { patch: { spec: { dataSource: null, dataSourceRef: null } } },
  );
}

/** Classes and snapshots that are not claims'. */
export const checkClasses: Check = ({ view, target }, report) => {
  const names = new Set(target.classes.map(({ name }) => name));
  for (const object of ofKind(view.mine, "storage.k8s.io", "StorageClass")) {
    const { metadata, provisioner } = object as unknown as V1StorageClass;
    if (names.has(metadata?.name ?? "") || clusterBorn.test(metadata?.name ?? "")) continue;
    report.adapted(
      "storage-class-object",
      object,
      {
        what: `a class of your own (${provisioner}); the target's are the platform's`,
        then: `left out: ${[...names].join(", ")} are there`,
      },
      { leftOut: "kind" },
    );
  }
  for (const object of ofKind(view.mine, "snapshot.storage.k8s.io", "VolumeSnapshot")) {
    report.adapted(
      "volume-snapshot",
      object,
      { what: "a snapshot stays in its cloud", then: "left out; the newest data comes along with its volume" },
      { leftOut: "kind" },
    );
  }
};

/** The platform's own, and those that managed clusters are born with or that their drivers add. */
const clusterBorn =
  /^(gp2|gp3|default|managed.*|azurefile.*|standard-rwx|premium-rwx|enterprise-.*|zonal-rwx|standard-rwo|premium-rwo|standard|shared|premium|auto-ebs-sc)$/;

/** Prometheus' history is asked of its own program. */
export const checkMonitoring: Check = ({ view }, report) => {
  const history = view.claims.filter(({ key }) => key.startsWith(`${monitoringNamespace}/prometheus-`));
  for (const { object } of history) {
    report.note("monitoring-history", object, {
      what: "Prometheus goes on writing to it, and its files alone would be of different moments: the target's begins anew",
      then: "who needs the days before takes a snapshot of its TSDB (POST /api/v1/admin/tsdb/snapshot), or keeps the source until then",
    });
  }
};

/** `a, b and 3 more` */
export function some(names: string[], most = 3): string {
  const sorted = [...names].sort();
  return sorted.length > most
    ? `${sorted.slice(0, most).join(", ")} and ${sorted.length - most} more`
    : sorted.join(", ");
}
