/** What of a cloud was there before any stack: the network that `network.existing` names. */
import { existingNetwork as onAws } from "./aws/existing";
import { rehearsedAccount } from "./aws/provider";
import { existingNetwork as onAzure } from "./azure/existing";
import type { CloudRecord } from "./cloud/behaviour";
import { existingNetwork as onGoogle } from "./gcp/existing";

export interface NetworkBefore {
  cloud: "aws" | "azure" | "gcp";
  region: string;
  /** In the cloud's own words, as the configuration has them. */
  id: string;
  publicSubnets: string[];
  privateSubnets: string[];
}

/** As records that no stack has made: they have no URN. */
export function networkBefore({ cloud, region, ...network }: NetworkBefore): CloudRecord[] {
  switch (cloud) {
    case "aws":
      return onAws(network, region, rehearsedAccount);
    case "gcp":
      return onGoogle(network);
    case "azure":
      return onAzure(network, region);
  }
}
