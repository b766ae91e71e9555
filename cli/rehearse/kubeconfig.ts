/** The stack's kubeconfig for this machine's terminals: the proxy and the credential helpers' stand-ins written in. */
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { existsSync } from "node:fs";
import { parse, stringify } from "yaml";
import { isLoopback } from "../kubernetes";

interface Kubeconfig {
  clusters: { cluster: { server: string; "proxy-url"?: string } }[];
  users: { user: { exec?: { command: string; env?: { name: string; value: string }[] | null } } }[];
}

/**
 * @param environment what `SimulatorReady.environment` has: `PATH`, `HTTPS_PROXY`, and where the credentials are.
 * @returns the file's path.
 */
export function writeKubeconfig(file: string, kubeconfig: string, environment: Record<string, string>): string {
  const config = parse(kubeconfig) as Kubeconfig;
  const { HTTPS_PROXY: proxy, PATH: path = "", ...credentials } = environment;
  for (const { cluster } of config.clusters) if (!isLoopback(cluster.server)) cluster["proxy-url"] = proxy;
  for (const { user } of config.users) {
    if (!user.exec) continue;
    user.exec.command = locate(user.exec.command, path);
    const added = Object.entries(credentials).map(([name, value]) => ({ name, value }));
    user.exec.env = [...(user.exec.env ?? []), ...added];
  }
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return file;
}

function locate(command: string, path: string): string {
  const found = path.split(delimiter).map((folder) => join(folder, command));
  return found.find((file) => existsSync(file)) ?? command;
}
