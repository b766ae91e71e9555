/** The key that Kubernetes Secrets are encrypted with. */
import { CryptoKey, CryptoKeyIAMMember, KeyRing } from "@pulumi/gcp/kms";
import * as pulumi from "@pulumi/pulumi";

import { named } from "./names";
import { gkeServiceAgent, type Project } from "./project";

export interface KeysArgs {
  project: Project;
  region: string;
}

/**
 * A key of our own, renewed every 90 days. Google never deletes key rings and keys, so none is asked for twice under the
 * same name; a deleted key's versions are destroyed 30 days later: https://cloud.google.com/kms/docs/destroy-restore
 */
export class Keys extends pulumi.ComponentResource {
  /** `projects/…/locations/…/keyRings/…/cryptoKeys/…`, known once GKE may use it. */
  readonly secrets: pulumi.Output<string>;
  /** GKE refuses a key that it may not use. */
  readonly granted: CryptoKeyIAMMember;

  constructor(name: string, { project, region }: KeysArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:gcp:Keys", name, {}, opts);
    // In the cluster's region: https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets#creating-key
    const ring = new KeyRing(named(name, "keys"), { location: region }, { parent: this });
    const secrets = new CryptoKey(
      named(name, "secrets"),
      { keyRing: ring.id, purpose: "ENCRYPT_DECRYPT", rotationPeriod: `${90 * 24 * 3600}s` },
      { parent: this },
    );
    this.secrets = secrets.id;
    this.granted = new CryptoKeyIAMMember(
      `${name}-secrets`,
      {
        cryptoKeyId: secrets.id,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: gkeServiceAgent(project),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
