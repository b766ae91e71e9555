/**
 * The internet in front of the simulated clouds, as one HTTP server. A request for a host takes the way that it would take
 * there: a resolver's answer, the load balancer at that address, an Ingress, a Service, a pod, and what stands for the
 * application in it. No TLS, no limits, no packets: network policies are not asked.
 *
 * To the server's own address (`127.0.0.1`) come questions: `GET /resolve?host=` and `GET /registrar`, and `PUT
 * /registrar?cloud=`, which has the registrar of the domain name another cloud's servers.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { CloudRecord } from "../cloud/behaviour";
import { areFree, freePorts } from "../controlplane/ports";
import { closeServer, listenOnLoopback } from "../loopback";
import { answer, type Surroundings } from "./application";
import { addressHeader, type Resolution } from "./protocol";
import { published } from "./published";
import { dnsRecords } from "./records";
import { known, Registrar } from "./registrar";
import { resolve, type DnsAnswer } from "./resolve";
import { route, serves } from "./route";
import { WatchedClusters, type Clusters } from "./watch";

/** Bytes of a body, above which it is refused: nobody tests uploads. */
const largestBody = 65_536;

export interface TrafficOptions {
  /** Keeps whose name servers the registrar names, and the port. */
  directory: string;
  clusters: Clusters;
  /** What the clouds hold. */
  inventory: { all(): CloudRecord[] };
  /** The stack's domain: names below it are where its zone has them, and nowhere else. */
  domain?: string | undefined;
  /** Simulated seconds for one of the resolvers'. */
  timeScale: number;
}

export interface Traffic {
  /** `http://127.0.0.1:port` */
  url: string;
  stop(): Promise<void>;
}

export async function serveTraffic(options: TrafficOptions): Promise<Traffic> {
  const clusters = new WatchedClusters(options.clusters);
  const registrar = new Registrar(join(options.directory, "registrar.txt"), options.inventory);

  const resolveHost = (host: string, around: Surroundings[]): DnsAnswer | undefined => {
    const cloud = registrar.cloud();
    const records = dnsRecords(options.inventory.all()).filter((record) => record.cloud === cloud);
    const { domain } = options;
    const isBelow = domain !== undefined && (host === domain || host.endsWith(`.${domain}`));
    if (isBelow || records.some(({ name }) => name === host)) return resolve(host, records, Math.random());
    // Without a zone of their own, people write names down themselves, where nobody simulates it.
    const own = around.filter(({ view }) => cloud === undefined || view.cluster.cloud === cloud);
    return own.map(({ view }) => published(host, view)).find((found) => found !== undefined);
  };

  const question = async (url: URL, method: string | undefined, response: ServerResponse): Promise<void> => {
    if (url.pathname === "/resolve") {
      const found = resolveHost(url.searchParams.get("host")?.toLowerCase() ?? "", await clusters.all());
      if (!found) return send(response, 404, { why: "no such name" });
      const resolution: Resolution = { ...found, keepSeconds: found.ttl * options.timeScale };
      return send(response, 200, resolution);
    }
    if (url.pathname !== "/registrar") return send(response, 404, { why: "/resolve or /registrar" });
    if (method === "PUT") {
      const cloud = known(url.searchParams.get("cloud") ?? "");
      if (!cloud) return send(response, 400, { why: "cloud is one of aws, azure, gcp" });
      registrar.delegate(cloud);
    }
    return send(response, 200, { cloud: registrar.cloud() });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const host = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    const url = new URL(request.url ?? "/", "http://internet");
    if (host === "127.0.0.1" || host === "localhost") return question(url, request.method, response);
    const body = await bodyOf(request);
    if (body === undefined) return send(response, 413, { why: `at most ${largestBody} bytes` });
    const all = await clusters.all();
    const given = request.headers[addressHeader];
    const addresses = typeof given === "string" ? [given.toLowerCase()] : (resolveHost(host, all)?.addresses ?? []);
    const address = addresses[Math.floor(Math.random() * addresses.length)];
    const around = all.find(({ view }) => address !== undefined && serves(view, address));
    if (address === undefined || !around) {
      // A name that leads nowhere, or an address where nobody listens: there is no connection to answer on.
      request.socket.destroy();
      return;
    }
    const way = route(around.view, { address, host, path: url.pathname }, Math.random());
    if ("status" in way) return send(response, way.status, { cluster: around.view.cluster.name, why: way.why });
    const id = url.searchParams.get("id") ?? undefined;
    const said = await answer({ method: request.method ?? "GET", host, id, body }, way.pod, around);
    return send(response, said.status, said.body);
  };

  // Longer than any client pauses: a connection that ends between two requests would look like one that was refused.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // What an application throws away is answered by whoever is in front of it.
      send(response, 502, { why: error instanceof Error ? error.message : String(error) });
    });
  });
  const port = await listenOnLoopback(server, await portIn(join(options.directory, "traffic.port")));
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      clusters.stop();
      await closeServer(server);
    },
  };
}

/** The port of an earlier run, where nobody has taken it: who sends requests all along goes on with the same address. */
async function portIn(file: string): Promise<number> {
  const old = existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
  if (old !== undefined && (await areFree([old]))) return old;
  const [port = 0] = await freePorts(1);
  writeFileSync(file, `${port}\n`);
  return port;
}

/** Undefined where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= largestBody) parts.push(part);
  }
  return length > largestBody ? undefined : Buffer.concat(parts).toString();
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}
