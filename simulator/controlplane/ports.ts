/** Ports of this machine's loopback address. */
import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/**
 * The system hands out ports above these by itself (`net.ipv4.ip_local_port_range`, from 32768 unless changed): to any
 * connection, at any moment. A port below is taken by whoever asks for just that one.
 */
const range = { from: 10_240, to: 32_767 };

/** Free ports, all different, drawn at random: two runs that start at the same time rarely want the same. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(range.from, range.to + 1);
    if (!found.has(port) && (await areFree([port]))) found.add(port);
  }
  return [...found];
}

export async function areFree(ports: number[]): Promise<boolean> {
  const results = await Promise.allSettled(ports.map(async (port) => close(await listen(port))));
  return results.every(({ status }) => status === "fulfilled");
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
