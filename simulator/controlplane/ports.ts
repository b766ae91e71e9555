/** Ports of this machine's loopback address. */
import { createServer, type AddressInfo, type Server } from "node:net";

/** Free ports, all different. Somebody else may take one before it is used: whoever listens on it says so then. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
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
