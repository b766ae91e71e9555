/** Object stores, and the identities that pods have there: all that pods of the simulated clusters find of their clouds. */
import { join } from "node:path";
import { PodIdentityAgent } from "../aws/podIdentity";
import { isSts, WebIdentity } from "../aws/webIdentity";
import { Entra, entraHost } from "../azure/entra";
import { workloadIdentity } from "../azure/podWorkloadIdentity";
import type { Inventory } from "../cloud/behaviour";
import { ServiceAccountTokens } from "../cloud/serviceAccountTokens";
import type { CloudServices } from "../cloud/services";
import { PodMetadata } from "../gcp/podMetadata";
import { TokenHosts } from "../gcp/tokenHosts";
import { ObjectStores, type ObjectStoresOptions } from "./index";

export interface OpenServicesOptions {
  /** The simulator's own; the stores get a folder in it. */
  directory: string;
  /** Paths of the programs. */
  tools: ObjectStoresOptions["tools"];
  inventory: Pick<Inventory, "list">;
  log: (line: string) => void;
}

export interface OpenServices extends CloudServices {
  stores: ObjectStores;
  /** Ends the programs; what is stored stays. */
  stop(): Promise<void>;
}

export async function openServices({ directory, tools, inventory, log }: OpenServicesOptions): Promise<OpenServices> {
  const stores = await ObjectStores.open({
    directory: join(directory, "objectstores"),
    tools,
    inventory,
    log,
  });
  const { authority, s3Credentials: credentials, accessTokens, entraTokens } = stores;
  const tokens = new ServiceAccountTokens(inventory);
  const agent = new PodIdentityAgent({ inventory, credentials });
  const sts = new WebIdentity({ inventory, tokens, credentials, authority });
  const google = new TokenHosts({ inventory, tokens, accessTokens, authority });
  const entra = new Entra({ inventory, tokens, entraTokens, authority });
  const metadata = new PodMetadata({ inventory, accessTokens });
  return {
    stores,
    route: (host) => {
      if (isSts(host)) return sts.listen();
      if (google.isOne(host)) return google.listen();
      return host === entraHost ? entra.listen() : stores.route(host);
    },
    environment: async (place) => {
      tokens.know(place);
      return {
        // What a pod's programs trust: nobody but the simulated clouds answers to them.
        SSL_CERT_FILE: authority.authority,
        ...(await agent.environment(place)),
        ...(await metadata.environment(place)),
        ...(await workloadIdentity(place, inventory)),
      };
    },
    stop: async () => {
      await agent.stop();
      await sts.stop();
      await google.stop();
      await entra.stop();
      await metadata.stop();
      await stores.stop();
    },
  };
}
