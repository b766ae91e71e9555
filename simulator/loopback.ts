/** Servers of this program, on this machine's loopback interface only. */
import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

/**
 * @param port any that is free, unless told.
 * @returns the port.
 */
export async function listenOnLoopback(server: HttpServer | HttpsServer, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  // It serves while the program lives; it is no reason to live.
  server.unref();
  return (server.address() as AddressInfo).port;
}

/** Ends a server and whatever is connected to it. */
export async function closeServer(server: HttpServer | HttpsServer): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
