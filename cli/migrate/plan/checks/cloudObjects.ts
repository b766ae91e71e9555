/** Objects and annotations that only a cloud's own controllers read. */
import { valueAt, type Manifest } from "../../../validate/model";
import { cloudKindOf, cloudStore } from "../clouds/kinds";
import { cloudOfAnnotation, cloudOfIngressAnnotation, cloudOfServiceAnnotation, identityMarks } from "../clouds/marks";
import { groupResource } from "../maps";
import { takenAway } from "../maps";
import type { Check, Report } from "../report";

/** Objects of the clouds' own kinds, and stores of secrets that a cloud keeps. */
export const checkCloudObjects: Check = ({ view, target }, report) => {
  for (const object of view.mine) {
    const kind = cloudKindOf(object);
    if (kind?.fate === "born") {
      report.leftOutKinds.add(groupResource(object.apiVersion, object.kind));
      continue;
    }
    if (kind?.fate === "left") {
      report.adapted(
        "cloud-object",
        object,
        { what: `${kind.is}, which nothing on the target reads`, then: kind.then },
        { leftOut: "kind" },
      );
    } else if (kind) {
      report.blocking("cloud-object", object, {
        what: `${kind.is}, which nothing on the target reads`,
        then: kind.then,
      });
    }
    const store = cloudStore(object);
    if (store !== undefined && !store.startsWith(target.cloud)) {
      report.blocking("cloud-object", object, {
        field: "spec.provider",
        what: `a store of secrets at the source's cloud (${store}), which the target's identity may not read`,
        then: "seal the secrets into Git, or let the target read the store, and then accept this",
      });
    }
    customResource(object, report);
    cloudAnnotations(object, target.cloud, report);
  }
};

const ownDefinitions =
  /\.(monitoring\.coreos\.com|argoproj\.io|velero\.io|traefik\.io|hub\.traefik\.io|traefik\.containo\.us|bitnami\.com|cert-manager\.io|snapshot\.storage\.k8s\.io|gateway\.networking\.k8s\.io)$/;

/** Definitions that neither platform nor cloud has made. */
function customResource(object: Manifest, report: Report): void {
  if (object.kind !== "CustomResourceDefinition" || ownDefinitions.test(object.metadata.name)) return;
  const group = String(valueAt(object, ["spec", "group"]));
  const kind = String(valueAt(object, ["spec", "names", "kind"]));
  if (cloudKindOf({ apiVersion: `${group}/v1`, kind })) {
    // It is called as the kind that it defines.
    report.leftOutKinds.add(object.metadata.name);
    report.leftOut.push(`${object.kind} ${object.metadata.name}`);
    return;
  }
  report.note("custom-resource", object, {
    what: `defines ${kind} in ${group}`,
    then: "it comes along with what it defines; whether its controller runs on the target's cloud is for you to know",
  });
}

/** Annotations that no other check speaks of. */
function cloudAnnotations(object: Manifest, target: string, report: Report): void {
  const spoken = (key: string) =>
    Object.values(identityMarks).some((mark) => mark.test(key)) ||
    (object.kind === "Service" && cloudOfServiceAnnotation(key) !== undefined) ||
    (object.kind === "Ingress" && cloudOfIngressAnnotation(key) !== undefined);
  if (cloudKindOf(object) || ["StorageClass", "PersistentVolume", "CustomResourceDefinition"].includes(object.kind))
    return;
  const foreign = Object.keys(object.metadata.annotations ?? {}).filter((key) => {
    const owner = cloudOfAnnotation(key);
    return owner !== undefined && owner !== target && !spoken(key);
  });
  if (foreign.length === 0) return;
  report.adapted(
    "cloud-annotation",
    object,
    {
      field: "metadata.annotations",
      what: "only the source's cloud reads them",
      then: `${foreign.join(", ")} → taken away`,
    },
    { patch: { metadata: { annotations: takenAway(foreign) } } },
  );
}
