/**
 * Azure's public regions that are open to every subscription, and whether they have availability zones (always three,
 * "1" to "3"): https://learn.microsoft.com/azure/reliability/regions-list, on 2026-11-21.
 */
export interface AzureRegion {
  name: string;
  zones: string[];
}

const withZones = [
  ...["australiaeast", "austriaeast", "belgiumcentral", "brazilsouth", "canadacentral", "centralindia", "centralus"],
  ...["chilecentral", "denmarkeast", "eastasia", "eastus", "eastus2", "francecentral", "germanywestcentral"],
  ...["indonesiacentral", "israelcentral", "italynorth", "japaneast", "japanwest", "koreacentral", "malaysiawest"],
  ...["mexicocentral", "newzealandnorth", "northeurope", "norwayeast", "polandcentral", "qatarcentral"],
  ...["southafricanorth", "southcentralus", "southeastasia", "spaincentral", "swedencentral", "switzerlandnorth"],
  ...["uaenorth", "uksouth", "westeurope", "westus2", "westus3"],
];

const withoutZones = [
  ...["australiacentral", "australiasoutheast", "canadaeast", "koreasouth", "northcentralus", "southindia", "ukwest"],
  ...["westcentralus", "westindia", "westus"],
];

export const azureRegions: AzureRegion[] = [
  ...withZones.map((name) => ({ name, zones: ["1", "2", "3"] })),
  ...withoutZones.map((name) => ({ name, zones: [] })),
].sort((a, b) => (a.name < b.name ? -1 : 1));

/** The zones of a region; undefined for a region that is not known here. */
export function zonesOf(region: string): string[] | undefined {
  return azureRegions.find(({ name }) => name === region)?.zones;
}

/** `West Europe` and `westeurope` are the same to Azure. */
export function normalized(location: string): string {
  return location.toLowerCase().replace(/ /g, "");
}
