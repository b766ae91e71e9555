import type { Region } from "../regions";

/**
 * Azure's public regions that are open to every subscription, with their zones:
 * https://learn.microsoft.com/azure/reliability/regions-list
 */
export const azureRegions: Region[] = [
  region("australiacentral", "au", -35.3, 149.1, 0),
  region("australiaeast", "au", -33.9, 151.2),
  region("australiasoutheast", "au", -37.8, 145.0, 0),
  region("austriaeast", "eu", 48.2, 16.4),
  region("belgiumcentral", "eu", 50.8, 4.4),
  region("brazilsouth", "br", -23.6, -46.6),
  region("canadacentral", "ca", 43.7, -79.4),
  region("canadaeast", "ca", 46.8, -71.2, 0),
  region("centralindia", "in", 18.5, 73.9),
  region("centralus", "us", 41.6, -93.6),
  region("eastasia", "hk", 22.3, 114.2),
  region("eastus", "us", 37.4, -79.8),
  region("eastus2", "us", 36.7, -78.4),
  region("francecentral", "eu", 48.9, 2.4),
  region("germanywestcentral", "eu", 50.1, 8.7),
  region("indonesiacentral", "id", -6.2, 106.8),
  region("israelcentral", "il", 32.1, 34.8),
  region("italynorth", "eu", 45.5, 9.2),
  region("japaneast", "jp", 35.7, 139.7),
  region("japanwest", "jp", 34.7, 135.5),
  region("koreacentral", "kr", 37.6, 127.0),
  region("mexicocentral", "mx", 20.6, -100.4),
  region("newzealandnorth", "nz", -36.8, 174.8),
  region("northcentralus", "us", 41.9, -87.6, 0),
  region("northeurope", "eu", 53.3, -6.3),
  region("norwayeast", "no", 59.9, 10.8),
  region("polandcentral", "eu", 52.2, 21.0),
  region("qatarcentral", "qa", 25.3, 51.5),
  region("southafricanorth", "za", -26.2, 28.0),
  region("southcentralus", "us", 29.4, -98.5),
  region("southeastasia", "sg", 1.3, 103.8),
  region("southindia", "in", 13.1, 80.3, 0),
  region("spaincentral", "eu", 40.4, -3.7),
  region("swedencentral", "eu", 60.7, 17.1),
  region("switzerlandnorth", "ch", 47.4, 8.5),
  region("uaenorth", "ae", 25.2, 55.3),
  region("uksouth", "gb", 51.5, -0.1),
  region("ukwest", "gb", 51.5, -3.2, 0),
  region("westcentralus", "us", 41.1, -104.8, 0),
  region("westeurope", "eu", 52.4, 4.9),
  region("westindia", "in", 19.1, 72.9, 0),
  region("westus", "us", 37.8, -122.4, 0),
  region("westus2", "us", 47.2, -119.9),
  region("westus3", "us", 33.4, -112.1),
];

function region(name: string, country: string, latitude: number, longitude: number, zones: 0 | 3 = 3): Region {
  return { name, country, latitude, longitude, zones: ["1", "2", "3"].slice(0, zones) };
}
