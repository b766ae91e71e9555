/** What pods get from a cloud because of who they are: images, rights, addresses of its services. */
import { records, valueAt, type Manifest } from "../../../validate/model";
import { containersOf } from "../../../validate/checks/workloads";
import { cloudHost, cloudOfImage, identityMarks, identityVariables } from "../clouds/marks";
import type { Check, CheckInput, Report } from "../report";
import { ofKind, textOf } from "../view";

export const checkImages: Check = ({ view, target, images }, report) => {
  for (const workload of view.workloads) {
    const private_ = new Set(
      containersOf(workload).flatMap(({ container: { image = "" } }) => {
        const owner = cloudOfImage(image);
        return owner !== undefined && owner !== target.cloud ? [image] : [];
      }),
    );
    const { object } = workload.placed;
    for (const image of private_) {
      const beginning = Object.keys(images).find((one) => image.startsWith(one));
      const field = `${workload.path.join(".")}.containers`;
      if (beginning !== undefined) {
        const to = `${images[beginning]}${image.slice(beginning.length)}`;
        report.adapted(
          "image-registry",
          object,
          { field, what: "only the source's cloud gives it out", then: `${image} → ${to}` },
          { pods: workload, patch: {} },
        );
      } else {
        report.blocking("image-registry", object, {
          field,
          what: `${image}: only who has credentials of ${cloudOfImage(image)} may pull it, and they are renewed by the source's nodes`,
          then: "copy it to a registry that the target reads (skopeo copy), and name it in Git or with --image <from>=<to>",
        });
      }
    }
  }
};

export const checkIdentities: Check = ({ view, source }, report) => {
  const marks = identityMarks[source.cloud as keyof typeof identityMarks];
  const told = new Set<string>();
  for (const account of ofKind(view.mine, "", "ServiceAccount")) {
    const found = Object.entries({ ...account.metadata.labels, ...account.metadata.annotations }).filter(([key]) =>
      marks.test(key),
    );
    const [first] = found.find(([key]) => !key.endsWith("/use")) ?? found;
    if (!first) continue;
    told.add(`${account.metadata.namespace}/${account.metadata.name}`);
    blockIdentity(
      account,
      `${first[0]}: ${first[1]}`,
      found.map(([key]) => key),
      source.cloud,
      report,
    );
  }
  // What admission has added to running pods tells of identities that no annotation shows.
  for (const pod of view.pods) {
    const name = textOf(valueAt(pod, ["spec", "serviceAccountName"]), "default");
    const key = `${pod.metadata.namespace}/${name}`;
    const account = ofKind(view.mine, "", "ServiceAccount").find(
      ({ metadata }) => `${metadata.namespace}/${metadata.name}` === key,
    );
    if (!account || told.has(key)) continue;
    const variable = records(valueAt(pod, ["spec", "containers"]))
      .flatMap(({ env }) => records(env))
      .find((one) => identityVariables.includes(String(one["name"])));
    if (!variable) continue;
    told.add(key);
    blockIdentity(account, `its pods are given ${String(variable["name"])}`, [], source.cloud, report);
  }
};

function blockIdentity(account: Manifest, shown: string, keys: string[], cloud: string, report: Report): void {
  report.blocking("identity", account, {
    ...(keys.length > 0 ? { field: `metadata.annotations["${keys[0]}"]` } : {}),
    what: `${shown}: its pods call ${cloud} as somebody, and on the target they are nobody there`,
    then: `let the target's issuer in at ${cloud}, or give them an identity of the target's cloud and the data they ask for; then accept this`,
  });
}

/** Addresses of the source cloud's services in settings. Secrets are not read. */
export const checkEndpoints: Check = ({ view, source, target }, report) => {
  const tell = (object: Manifest, field: string, text: string, input: Pick<CheckInput, "source" | "target">) => {
    const found = cloudHost(text);
    if (!found || found.cloud === input.target.cloud) return;
    report.note("cloud-endpoint", object, {
      field,
      what: `${found.host}: a service of ${found.cloud}, which is not moved`,
      then: "see that the target reaches it, and may use it; or move what it holds, and name the new one in Git",
    });
  };
  for (const object of ofKind(view.mine, "", "ConfigMap")) {
    for (const [key, value] of Object.entries((object["data"] ?? {}) as Record<string, string>))
      tell(object, `data["${key}"]`, value, { source, target });
  }
  for (const workload of view.workloads) {
    for (const { container } of containersOf(workload)) {
      const texts = [
        ...(container.env ?? []).flatMap(({ value }) => value ?? []),
        ...(container.args ?? []),
        ...(container.command ?? []),
      ];
      for (const text of texts)
        tell(workload.placed.object, `${container.name}: env and arguments`, text, { source, target });
    }
  }
};
