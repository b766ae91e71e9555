/** What Velero's server finds in its pod: the plugins that init containers have brought, and its way to the API server. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { serviceAccountFolder, type ClusterAccess } from "../programs/surroundings";

type Cloud = "aws" | "gcp" | "microsoft-azure";

/** Paths of the plugins that are there, by the name of the image that brings each. */
export type VeleroPlugins = Partial<Record<`velero-plugin-for-${Cloud}`, string>>;

/** Where the server looks for plugins, in its pod. */
export const pluginFolder = "/plugins";

/**
 * Puts the programs of the pod's init containers where the server looks for them. An image that is unknown here brings
 * nothing: the server then says which provider it has no plugin for, as it would with an image that is not a plugin.
 *
 * @param folder what is `/` in the pod.
 */
export function installPlugins({ spec }: V1Pod, folder: string, plugins: VeleroPlugins): void {
  const directory = join(folder, pluginFolder);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const { image = "" } of spec?.initContainers ?? []) {
    const name = (image.split("/").at(-1) ?? "").split(/[:@]/)[0] as keyof VeleroPlugins;
    const program = plugins[name];
    const link = join(directory, name);
    if (program !== undefined && !existsSync(link)) symlinkSync(program, link);
  }
}

/**
 * The service account as a kubeconfig: whether it is in a cluster at all, the server finds out from a file whose path is
 * no setting. The token is read again whenever it is renewed.
 *
 * @returns the path of the kubeconfig.
 */
export function writeKubeconfig(
  folder: string,
  { address, authority }: Pick<ClusterAccess, "address" | "authority">,
): string {
  const file = join(folder, "kubeconfig");
  const tokenFile = join(folder, serviceAccountFolder, "token");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "in-cluster", cluster: { server: `https://${address}:443`, "certificate-authority": authority } },
    ],
    users: [{ name: "pod", user: { tokenFile } }],
    contexts: [{ name: "pod", context: { cluster: "in-cluster", user: "pod" } }],
    "current-context": "pod",
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
