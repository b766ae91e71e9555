import { createServer, connect, type AddressInfo, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { apiServerAddress, ClusterNetwork } from "../../../simulator/controlplane/network";

let servers: Server[];
let network: ClusterNetwork;
let port: number;

beforeEach(async () => {
  servers = [];
  const kubelets = {
    at: (address: string) =>
      Promise.resolve(address === "10.0.1.5" ? (socket: Duplex) => void socket.end("kubelet") : undefined),
  };
  network = new ClusterNetwork({ address: "172.20.0.1", port: await says("api server") }, () => kubelets as never);
  port = await network.listen(0);
});

afterEach(async () => {
  await network.close();
  servers.forEach((server) => server.close());
});

async function says(text: string): Promise<number> {
  const server = createServer((socket) => socket.end(text));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function ask(authority: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`),
    );
    socket.on("data", (data) => (text += data.toString()));
    socket.once("close", () => resolve(text.split("\r\n\r\n").at(-1) ?? "")).once("error", reject);
  });
}

it("leads to the API server, to kubelets, and to nothing that is not there", async () => {
  expect(await ask("172.20.0.1:443")).toBe("api server");
  expect(await ask("10.0.1.5:10250")).toBe("kubelet");
  expect(await ask("172.20.0.1:80")).toContain("nothing answers at 172.20.0.1:80");
  expect(await ask("10.0.1.6:10250")).toContain("nothing answers at 10.0.1.6:10250");
});

it("leads to a pod's program as long as it is that pod's", async () => {
  const [old, young] = [await says("old"), await says("young")];
  network.serve("100.64.0.5", 8080, old);
  expect(await ask("100.64.0.5:8080")).toBe("old");
  // Another pod has got the address before the first one is forgotten.
  network.serve("100.64.0.5", 8080, young);
  network.withdraw("100.64.0.5", 8080, old);
  expect(await ask("100.64.0.5:8080")).toBe("young");
  network.withdraw("100.64.0.5", 8080, young);
  expect(await ask("100.64.0.5:8080")).toContain("nothing answers");
});

it("knows the address of the Service kubernetes", () => {
  expect(["172.20.0.0/16", "10.43.0.0/16", "10.0.0.128/25"].map(apiServerAddress)).toEqual([
    "172.20.0.1",
    "10.43.0.1",
    "10.0.0.129",
  ]);
});
