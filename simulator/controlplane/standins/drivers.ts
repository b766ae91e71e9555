/** The volume drivers of the clouds: what each one accepts, and what its volumes look like. */
import { azureDisk, azureFile } from "./drivers/azure";
import { ebs } from "./drivers/aws";
import { efs } from "./drivers/efs";
import { filestore, persistentDisk } from "./drivers/google";

export interface VolumeRequest {
  /** Parameters of the storage class. */
  parameters: Record<string, string>;
  accessModes: string[];
  /** Bytes. */
  size: number;
}

export interface Driver {
  name: string;
  /** The in-tree provisioner whose volumes this driver has taken over (KEP-625, CSI migration). */
  replaces?: string;
  /** Label that the driver puts on nodes, with their zone; unset where its volumes are reached from everywhere. */
  topologyKey?: string;
  /** Label that volumes ask nodes for; by default Kubernetes' own for zones. */
  placeLabel?: string;
  /** What these labels are on a node of a zone, where it is not the zone's own name. */
  placeOf?(zone: string): string;
  /** Whether a volume of these parameters is in all zones of the region. */
  isRegional?(parameters: Record<string, string>): boolean;
  /** Volumes that a node of this type can hold; undefined where nothing limits them. */
  attachLimit(instanceType: string): number | undefined;
  /** Bytes that a volume gets, where it is more than was asked for. */
  sizeOf?(request: VolumeRequest): number;
  /** What the driver or the cloud answers to a request that it refuses. */
  refuse(request: VolumeRequest): string | undefined;
  /** The cloud's name of a volume, always the same for one claim. */
  volumeId(claimUid: string): string;
}

const drivers: Driver[] = [ebs, efs, azureDisk, azureFile, persistentDisk, filestore];

/** The driver of a provisioner, an in-tree one too. */
export function driverOf(provisioner: string | undefined): Driver | undefined {
  if (provisioner === undefined) return undefined;
  return drivers.find(({ name, replaces }) => provisioner === name || provisioner === replaces);
}
