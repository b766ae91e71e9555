/** Argo CD and sealed secrets: who else would write what a restore brings. */
import { isRecord, records, valueAt, type Manifest } from "../../../validate/model";
import type { Check, CheckInput, Report } from "../report";
import { moves } from "../scope";
import { isGits, ofKind } from "../view";

const argocdNamespace = "argocd";

export const checkApplications: Check = ({ view: { inventory } }, report) => {
  const applications = ofKind(inventory.objects, "argoproj.io", "Application");
  for (const application of applications) {
    remote(application, report);
    if (isAutomatic(application)) {
      report.adapted("automatic-sync", application, {
        field: "spec.syncPolicy.automated",
        what: "it would make what it finds missing, before the data is there",
        then: "paused until all data is restored, then as it was",
      });
    }
    if (isRoot(application) || isGenerated(application) || isGits(application)) continue;
    report.blocking("application-unmanaged", application, {
      what: "neither Git nor an ApplicationSet makes it, so nothing brings it to the target",
      then: "put it into the gitops repository, or accept that it is made by hand on the target",
    });
  }
  credentials(ofKind(inventory.objects, "", "Secret"), report);
};

export function isAutomatic(application: Manifest): boolean {
  const automated = valueAt(application, ["spec", "syncPolicy", "automated"]);
  return isRecord(automated) && automated["enabled"] !== false;
}

/** The program's own: everything else begins with it. */
function isRoot({ metadata }: Manifest): boolean {
  return metadata.namespace === argocdNamespace && metadata.name === "root";
}

function isGenerated({ metadata }: Manifest): boolean {
  return records((metadata as { ownerReferences?: unknown }).ownerReferences).some(
    ({ kind }) => kind === "ApplicationSet",
  );
}

function remote(application: Manifest, report: Report): void {
  const destination = valueAt(application, ["spec", "destination"]);
  const { server, name } = isRecord(destination) ? destination : {};
  if (
    (server === undefined || server === "https://kubernetes.default.svc") &&
    (name === undefined || name === "in-cluster")
  )
    return;
  report.note("application-remote", application, {
    field: "spec.destination",
    what: `it deploys to ${String(name ?? server)}, which is not moved`,
    then: "give the target's Argo CD that cluster's credentials, and take them from the source's when it stops",
  });
}

const kinds = ["repository", "repo-creds", "cluster"];
const managers = /^(pulumi|kubernetes-platform)/;

/** Repositories and clusters that somebody gave to Argo CD beside the stack's own. */
function credentials(secrets: Manifest[], report: Report): void {
  for (const secret of secrets) {
    const kind = secret.metadata.labels?.["argocd.argoproj.io/secret-type"];
    if (secret.metadata.namespace !== argocdNamespace || kind === undefined || !kinds.includes(kind)) continue;
    const owners = records((secret.metadata as { managedFields?: unknown }).managedFields).map(({ manager }) =>
      String(manager),
    );
    const sealed = records((secret.metadata as { ownerReferences?: unknown }).ownerReferences).length > 0;
    if (
      sealed ||
      isGits(secret) ||
      owners.some((manager) => managers.test(manager)) ||
      secret.metadata.labels?.["platform/contract"] !== undefined
    )
      continue;
    if (secret.metadata.labels?.["app.kubernetes.io/managed-by"]?.toLowerCase() === "pulumi") continue;
    report.note("argocd-credentials", secret, {
      what: `a ${kind === "cluster" ? "cluster" : "repository"} that somebody gave to Argo CD by hand: it is neither in Git nor in the stack's configuration`,
      then: "give it to the target's Argo CD too, before the root Application is there",
    });
  }
}

/** @param secretKeys keys of the source's configuration that hold secrets. */
export function checkSealing(secretKeys: string[]): Check {
  return ({ view: { inventory } }: CheckInput, report: Report) => {
    const sealed = ofKind(inventory.objects, "bitnami.com", "SealedSecret");
    if (sealed.length === 0 || secretKeys.some((key) => key.startsWith("gitops.sealingKeys"))) return;
    report.blocking("sealing-key", "gitops.sealingKeys", {
      what: `${sealed.length === 1 ? "a SealedSecret opens" : `${sealed.length} SealedSecrets open`} with a key that only the source's cluster has`,
      then: "make it the stack's: kubectl -n sealed-secrets get secret -l sealedsecrets.bitnami.com/sealed-secrets-key=active -o jsonpath='{.items[0].data.tls\\.key}' | base64 -d | pulumi config set --secret --path 'gitops.sealingKeys[0].privateKey'; then pulumi up",
    });
  };
}

/**
 * A Secret without its owner is somebody else's to the controller of the target, which leaves it alone, and says so of the
 * SealedSecret for ever; with the annotation it takes it over: https://github.com/bitnami-labs/sealed-secrets#managing-existing-secrets
 */
export const checkSealedSecrets: Check = ({ view: { inventory } }, report) => {
  // The controller looks at what is restored while Velero still writes to it, and does not look again. Git brings it, too.
  const sealed = ofKind(inventory.objects, "bitnami.com", "SealedSecret");
  if (sealed.length > 0 && sealed.every(isGits)) report.leftOutKinds.add("sealedsecrets.bitnami.com");
  for (const secret of ofKind(inventory.objects, "", "Secret")) {
    const owners = records((secret.metadata as { ownerReferences?: unknown }).ownerReferences);
    if (!moves(secret.metadata.namespace ?? "") || !owners.some(({ kind }) => kind === "SealedSecret")) continue;
    report.adapted(
      "sealed-secret",
      secret,
      { what: "the source's controller has opened it", then: "the target's takes it over" },
      { patch: { metadata: { annotations: { "sealedsecrets.bitnami.com/managed": "true" } } } },
    );
  }
};
