/**
 * The sidecars of a volume driver: claims get volumes in the zone of the node that the scheduler has chosen, volumes
 * grow, are attached, and go with their claims. A driver works once its CSIDriver object is there: its add-on brings it.
 */
import {
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  StorageV1Api,
  type V1CSIDriver,
  type V1CSINode,
  type V1PersistentVolume,
  type V1PersistentVolumeClaim,
  type V1StorageClass,
  type V1VolumeAttachment,
} from "@kubernetes/client-node";
import { quantityToScalar } from "@kubernetes/client-node/dist/util.js";
import { ignoring, isConflict, isNotFound, present } from "../errors";
import { driverOf, type Driver } from "./drivers";
import type { StandInContext } from "./index";
import { startLoop, type Again, type Loop } from "./loop";
import { volumeFor } from "./persistent-volume";

const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** Node that the scheduler has chosen for a claim's first pod. */
const selectedNode = "volume.kubernetes.io/selected-node";
/** Set by Kubernetes' own volume controller when a claim is ready to be provisioned. */
const storageProvisioner = "volume.kubernetes.io/storage-provisioner";

export function startVolumes(context: StandInContext): Loop[] {
  const core = context.config.makeApiClient(CoreV1Api);
  const storage = context.config.makeApiClient(StorageV1Api);
  const volumes = new Volumes(core, storage);
  return [
    startLoop<V1PersistentVolumeClaim>(
      context,
      "/api/v1/persistentvolumeclaims",
      () => core.listPersistentVolumeClaimForAllNamespaces(),
      (claim) => volumes.claim(claim),
    ),
    startLoop<V1PersistentVolume>(
      context,
      "/api/v1/persistentvolumes",
      () => core.listPersistentVolume(),
      (volume) => volumes.volume(volume),
      // A class that retains leaves the disk in the cloud.
      ({ metadata, spec }) =>
        spec?.persistentVolumeReclaimPolicy === "Delete" && context.disks?.remove(metadata?.name ?? ""),
    ),
    startLoop<V1VolumeAttachment>(
      context,
      "/apis/storage.k8s.io/v1/volumeattachments",
      () => storage.listVolumeAttachment(),
      (attachment) => volumes.attachment(attachment),
    ),
    startLoop<V1CSINode>(
      context,
      "/apis/storage.k8s.io/v1/csinodes",
      () => storage.listCSINode(),
      (node) => volumes.node(node),
    ),
    startLoop<V1CSIDriver>(
      context,
      "/apis/storage.k8s.io/v1/csidrivers",
      () => storage.listCSIDriver(),
      () => volumes.allNodes(),
    ),
  ];
}

class Volumes {
  constructor(
    private readonly core: CoreV1Api,
    private readonly storage: StorageV1Api,
  ) {}

  async claim(claim: V1PersistentVolumeClaim): Promise<Again> {
    const { metadata, spec, status } = claim;
    const className = spec?.storageClassName;
    if (metadata?.deletionTimestamp || !className) return undefined;
    const storageClass = await present(this.storage.readStorageClass({ name: className }));
    const driver = driverOf(storageClass?.provisioner);
    if (!storageClass || !driver) return undefined;
    if (spec.volumeName) {
      if (status?.phase === "Bound") await this.grow(claim);
      return undefined;
    }
    const annotations = metadata?.annotations ?? {};
    const waitsForPod = storageClass.volumeBindingMode === "WaitForFirstConsumer" && !annotations[selectedNode];
    if (!annotations[storageProvisioner] || waitsForPod) return undefined;
    if (!(await present(this.storage.readCSIDriver({ name: driver.name })))) return 2;
    return this.provision(claim, storageClass, driver);
  }

  /** A volume that nobody claims any more goes, where its class said so. */
  async volume({ metadata, spec, status }: V1PersistentVolume): Promise<void> {
    const ours = driverOf(metadata?.annotations?.["pv.kubernetes.io/provisioned-by"]);
    const released = status?.phase === "Released" && spec?.persistentVolumeReclaimPolicy === "Delete";
    if (!ours || !released || metadata?.deletionTimestamp) return;
    await this.core.deletePersistentVolume({ name: metadata?.name ?? "" });
  }

  async attachment({ metadata, spec, status }: V1VolumeAttachment): Promise<void> {
    if (!driverOf(spec.attacher) || status?.attached || metadata?.deletionTimestamp) return;
    const body = { status: { attached: true } };
    await this.storage.patchVolumeAttachmentStatus({ name: metadata?.name ?? "", body }, merge);
  }

  /** What the driver's DaemonSet does on a node: it says how many volumes fit, and by which label zones are told. */
  async node({ metadata, spec }: V1CSINode): Promise<void> {
    const name = metadata?.name ?? "";
    // The server sends null for an empty list here.
    const registered = spec.drivers ?? [];
    const known = new Set(registered.map((driver) => driver.name));
    const installed = (await this.storage.listCSIDriver()).items.map((item) => driverOf(item.metadata?.name));
    const missing = installed.filter((driver) => driver !== undefined).filter((driver) => !known.has(driver.name));
    if (missing.length === 0) return;
    const node = await present(this.core.readNode({ name }));
    if (!node) return;
    const zone = node.metadata?.labels?.["topology.kubernetes.io/zone"];
    const type = node.metadata?.labels?.["node.kubernetes.io/instance-type"] ?? "";
    for (const { topologyKey, placeOf } of missing) {
      if (topologyKey === undefined || zone === undefined) continue;
      const body = { metadata: { labels: { [topologyKey]: placeOf?.(zone) ?? zone } } };
      await this.core.patchNode({ name, body }, merge);
    }
    const drivers = missing.map((driver) => {
      const limit = driver.attachLimit(type);
      return {
        name: driver.name,
        nodeID: node.spec?.providerID?.split("/").at(-1) ?? name,
        topologyKeys: driver.topologyKey === undefined ? [] : [driver.topologyKey],
        ...(limit === undefined ? {} : { allocatable: { count: limit } }),
      };
    });
    const migrated = missing.flatMap(({ replaces }) => replaces ?? []).join(",");
    const annotations = { "storage.alpha.kubernetes.io/migrated-plugins": migrated };
    const body = { metadata: { annotations }, spec: { drivers: [...registered, ...drivers] } };
    await this.storage.patchCSINode({ name, body }, merge);
  }

  async allNodes(): Promise<void> {
    const { items } = await this.storage.listCSINode();
    // One that is gone meanwhile must not keep the others waiting.
    for (const item of items) await ignoring(isNotFound, this.node(item));
  }

  private async provision(
    claim: V1PersistentVolumeClaim,
    storageClass: V1StorageClass,
    driver: Driver,
  ): Promise<Again> {
    const { metadata, spec } = claim;
    const size = Number(quantityToScalar(spec?.resources?.requests?.["storage"] ?? "0"));
    const request = { parameters: storageClass.parameters ?? {}, accessModes: spec?.accessModes ?? [], size };
    const refusal = driver.refuse(request);
    if (refusal) {
      const message = `failed to provision volume with StorageClass "${storageClass.metadata?.name}": ${refusal}`;
      await this.tell(claim, driver, message);
      return 10;
    }
    const places = await this.placesFor(driver, storageClass, metadata?.annotations?.[selectedNode]);
    if (places === undefined) return 1;
    await ignoring(
      isConflict,
      this.core.createPersistentVolume({
        body: volumeFor(claim, storageClass, driver, driver.sizeOf?.(request) ?? size, places),
      }),
    );
    return undefined;
  }

  /**
   * The chosen node's zone, for a class that does not wait for a pod any zone that has a node; all zones of a volume that is
   * in all of them; none where volumes are reached from everywhere. Undefined: no node is there yet.
   */
  private async placesFor(
    driver: Driver,
    { parameters = {} }: V1StorageClass,
    nodeName: string | undefined,
  ): Promise<string[] | undefined> {
    if (driver.topologyKey === undefined) return [];
    const isRegional = driver.isRegional?.(parameters) === true;
    const nodes =
      nodeName && !isRegional
        ? [await present(this.core.readNode({ name: nodeName }))]
        : (await this.core.listNode()).items;
    const zones = nodes.flatMap((node) => node?.metadata?.labels?.["topology.kubernetes.io/zone"] ?? []);
    const places = [...new Set(zones.map((zone) => driver.placeOf?.(zone) ?? zone))];
    return places.length === 0 ? undefined : isRegional ? places : places.slice(0, 1);
  }

  /** The API server has refused already what the class does not allow to grow. */
  private async grow({ metadata, spec, status }: V1PersistentVolumeClaim): Promise<void> {
    const wanted = spec?.resources?.requests?.["storage"] ?? "0";
    const current = status?.capacity?.["storage"] ?? "0";
    if (quantityToScalar(wanted) <= quantityToScalar(current)) return;
    const capacity = { storage: wanted };
    await this.core.patchPersistentVolume({ name: spec?.volumeName ?? "", body: { spec: { capacity } } }, merge);
    const key = { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
    await this.core.patchNamespacedPersistentVolumeClaimStatus({ ...key, body: { status: { capacity } } }, merge);
  }

  /** One event for each claim, as `kubectl describe` shows it. */
  private async tell({ metadata }: V1PersistentVolumeClaim, driver: Driver, message: string): Promise<void> {
    const namespace = metadata?.namespace ?? "";
    const now = new Date();
    const event = this.core.createNamespacedEvent({
      namespace,
      body: {
        metadata: { name: `${metadata?.name}.provisioning-failed`, namespace },
        involvedObject: {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          name: metadata?.name,
          namespace,
          uid: metadata?.uid,
        },
        type: "Warning",
        reason: "ProvisioningFailed",
        message,
        source: { component: driver.name },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
    });
    await ignoring(isConflict, event);
  }
}
