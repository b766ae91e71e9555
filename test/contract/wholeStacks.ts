/** Whole stacks of every cloud, and the objects that the program makes on their clusters. */
import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../../cli/validate/model";
import { createCluster } from "../../components/clouds";
import type { PlatformConfig } from "../../components/config/types";
import { Platform } from "../../components/platform";
import { charts } from "../../simulator/kubernetes/charts";
import { skeletons } from "../../simulator/kubernetes/release/objects";
import * as aws from "../unit/clouds/aws";
import * as azure from "../unit/clouds/azure";
import * as google from "../unit/clouds/gcp/google";
import { record, type Computed, type Invoke, type Recording } from "../unit/clouds/record";
import { devConfig, install, localTraits, plainTraits, secrets } from "../unit/platform/fixture";

/** What the engine is asked to register for a stack, by the stack's title. */
export const stacks: Record<string, () => Promise<Recording>> = {
  "dev on AWS": () => stackOn(aws, aws.dev()),
  "prod on AWS": () => stackOn(aws, aws.prod()),
  "dev on Azure": () => stackOn(azure, azure.dev()),
  "prod on Azure": () => stackOn(azure, azure.prod()),
  "dev on Google": () => stackOn(google, google.dev()),
  "prod on Google": () => stackOn(google, google.prod()),
  "local with its own Traefik": async () => (await install(devConfig({ cloud: "local" }), localTraits)).recording,
  "local with nothing": async () =>
    (await install(devConfig({ cloud: "local" }), { ...plainTraits, metricsServer: false })).recording,
};

async function stackOn(
  { computed, invoke }: { computed: Computed; invoke: Invoke },
  config: PlatformConfig,
): Promise<Recording> {
  const { recording } = await record(
    async () => {
      // Only Google asks for it.
      pulumi.runtime.setConfig("gcp:project", google.project);
      return new Platform("platform-test", config, await createCluster("platform-test", config));
    },
    (type, name, inputs) => (type.startsWith("random:") ? { result: secrets.generated } : computed(type, name, inputs)),
    invoke,
  );
  return recording;
}

/** The objects that the program registers, and those of its Helm releases as their charts render them. */
export function ownObjects(recording: Recording): Manifest[] {
  const releases = recording.ofType("kubernetes:helm.sh/v3:Release").flatMap(({ inputs }) => {
    const chart = charts.get(String(inputs["chart"]));
    if (!chart) throw new Error(`no chart ${String(inputs["chart"])}`);
    const release = { name: String(inputs["name"]), namespace: String(inputs["namespace"]) };
    const definitions = chart.objects.filter(({ kind }) => kind === "CustomResourceDefinition");
    return [
      ...skeletons({ chart, release, values: inputs["values"] }),
      ...definitions.map(({ apiVersion, kind, name }) => ({ apiVersion, kind, metadata: { name } })),
    ];
  });
  return [...(releases as Manifest[]), ...registered(recording, false)];
}

/** What the program changes of objects that stay the cloud's. */
export function patchedObjects(recording: Recording): Manifest[] {
  return registered(recording, true);
}

function registered(recording: Recording, isPatch: boolean): Manifest[] {
  // Without metadata are only the stand-ins of what a cloud makes.
  return recording
    .all()
    .filter(({ type, inputs }) => "kind" in inputs && "metadata" in inputs && type.endsWith("Patch") === isPatch)
    .map(({ inputs }) => inputs as unknown as Manifest);
}
