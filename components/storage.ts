/** Storage classes: the same names on every cloud, and the cloud's own. */
import { StorageClass } from "@pulumi/kubernetes/storage/v1";
import * as pulumi from "@pulumi/pulumi";

import type { StorageClassTrait, Traits } from "./cluster";

export class StorageClasses extends pulumi.ComponentResource {
  constructor(name: string, traits: StorageClassTrait[], opts: pulumi.ComponentResourceOptions) {
    super("platform:kubernetes:StorageClasses", `${name}-storage-classes`, {}, opts);
    checkDefaults(traits);
    for (const trait of traits) {
      new StorageClass(
        `${name}-${trait.name}`,
        {
          metadata: {
            name: trait.name,
            annotations: {
              "storageclass.kubernetes.io/is-default-class": String(trait.default),
              // The cloud's own tools wrote the fields of an adopted class first; the annotation above is one of them.
              ...(trait.adopted ? { "pulumi.com/patchForce": "true" } : {}),
            },
          },
          provisioner: trait.provisioner,
          parameters: trait.parameters,
          reclaimPolicy: trait.reclaimPolicy,
          volumeBindingMode: trait.volumeBindingMode,
          allowVolumeExpansion: trait.allowVolumeExpansion,
        },
        { parent: this, retainOnDelete: trait.adopted },
      );
    }
    this.registerOutputs();
  }
}

/** Name of the class that the platform's own volumes are on: `standard` wherever the cluster has it. */
export function volumeClass({ storageClasses }: Traits): string {
  const standard = storageClasses.find(({ name }) => name === "standard");
  return (standard ?? defaultOf(storageClasses)).name;
}

function defaultOf(traits: StorageClassTrait[]): StorageClassTrait {
  const [first] = traits.filter((trait) => trait.default);
  if (!first) {
    throw new Error("no storage class is the default; exactly one has to be");
  }
  return first;
}

/** Kubernetes takes the youngest of several defaults, and none leaves claims without a class pending for ever. */
function checkDefaults(traits: StorageClassTrait[]): void {
  const defaults = traits.filter((trait) => trait.default).map(({ name }) => name);
  if (defaults.length !== 1) {
    throw new Error(`default storage classes: ${defaults.join(", ") || "none"}; exactly one has to be`);
  }
}
