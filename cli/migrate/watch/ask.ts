/** One request as a user sends it, to one load balancer, whatever the host's name leads to. */
import { request as http } from "node:http";
import { request as https } from "node:https";
import { isIP } from "node:net";
import type { Route } from "./routes";

/** @returns the answer's status; undefined where there was none. */
export type Ask = (route: Route) => Promise<number | undefined>;

/** Milliseconds after which nobody waits any more. */
const patience = 5000;

/** By HTTPS, with a certificate that is good for the host; by HTTP where nobody listens for the other. */
export const ask: Ask = async (route) => (await send(route, https, 443)) ?? (await send(route, http, 80));

function send({ host, path, address }: Route, by: typeof https, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = by(
      {
        host: address,
        port,
        path,
        // Without another one, of its own: what is kept open would go on leading to a pod that has gone.
        agent: false,
        headers: { host },
        signal: AbortSignal.timeout(patience),
        ...(isIP(host) === 0 ? { servername: host } : {}),
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on("error", () => resolve(undefined)).end();
  });
}
