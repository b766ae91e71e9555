/** Argo CD's own command line, as its users have it. */
import { execa } from "execa";
import type { Clients } from "../kubernetes";

export interface ArgoCdCli {
  /**
   * Runs `argocd ARGUMENTS…`.
   * @returns what it prints.
   * @throws Error with what it says where it fails.
   */
  run(...args: string[]): Promise<string>;
  /** The same as JSON, of a command that has `--output json`. */
  json<Value>(...args: string[]): Promise<Value>;
}

/**
 * Logs in with the password that Argo CD has made for its administrator.
 * @param url Argo CD's server: `http://127.0.0.1:41234`.
 */
export async function logIn({ core }: Clients, program: string, url: string): Promise<ArgoCdCli> {
  const secret = await core.readNamespacedSecret({ name: "argocd-initial-admin-secret", namespace: "argocd" });
  const password = Buffer.from(secret.data?.["password"] ?? "", "base64").toString();
  const body = JSON.stringify({ username: "admin", password });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/api/v1/session`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`Argo CD does not let its administrator in: ${answer.status} ${await answer.text()}`);
  const { token } = (await answer.json()) as { token: string };
  const environment = {
    ARGOCD_SERVER: new URL(url).host,
    ARGOCD_AUTH_TOKEN: token,
    ARGOCD_OPTS: "--plaintext",
  };
  const run = async (...args: string[]): Promise<string> =>
    (await execa(program, args, { env: environment, timeout: 180_000 })).stdout;
  return { run, json: async <Value>(...args: string[]) => JSON.parse(await run(...args)) as Value };
}
