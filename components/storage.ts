/** Storage classes: the same names on every cloud, and the cloud's own. */
import { StorageClass, StorageClassPatch } from "@pulumi/kubernetes/storage/v1";
import * as pulumi from "@pulumi/pulumi";

import type { StorageClassTrait, Traits } from "./cluster";

export class StorageClasses extends pulumi.ComponentResource {
  constructor(name: string, traits: StorageClassTrait[], opts: pulumi.ComponentResourceOptions) {
    defaultClass(traits);
    super("platform:kubernetes:StorageClasses", `${name}-storage-classes`, {}, opts);
    for (const trait of traits) {
      // A class that is there already is laid over, never made: a plain creation would be refused.
      const Class = trait.adopted ? StorageClassPatch : StorageClass;
      new Class(
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

/**
 * Name of the class that the platform's own volumes are on: `standard` wherever it is ours. A cluster may have been born
 * with another of that name (Google's is of spinning disks); its default is the better choice then.
 */
export function volumeClass({ storageClasses }: Traits): string {
  const standard = storageClasses.find(({ name, adopted }) => name === "standard" && !adopted);
  return (standard ?? defaultClass(storageClasses)).name;
}

/**
 * The class of claims that name none. Kubernetes takes the youngest of several defaults, and leaves such claims pending
 * for ever where there is none.
 *
 * @throws where it is not exactly one
 */
export function defaultClass(traits: StorageClassTrait[]): StorageClassTrait {
  const [first, ...others] = traits.filter((trait) => trait.default);
  if (!first || others.length > 0) {
    const found = [first, ...others].map((trait) => trait?.name ?? "none").join(", ");
    throw new Error(`default storage classes: ${found}; exactly one has to be`);
  }
  return first;
}
