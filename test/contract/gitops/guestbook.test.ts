/** The guestbook's frontend as its pods run it, with a Redis that writes down what it is asked. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { execa, execaSync } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { gitops } from "./build";

const python = execaSync("python3", ["--version"], { reject: false }).exitCode === 0;
const password = "a secret of the test's";

/** Speaks as much of https://redis.io/docs/latest/develop/reference/protocol-spec/ as the frontend does. */
class Redis {
  readonly asked: string[][] = [];
  readonly list: string[] = [];
  private readonly server: Server = createServer((socket) => {
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (let command = this.take(text); command; command = this.take(text)) {
        text = text.slice(command.length);
        socket.write(this.answer(command.words));
      }
    });
  });

  async start(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
  }

  private take(text: string): { words: string[]; length: number } | undefined {
    const parts = text.split("\r\n");
    const words = Number(parts[0]?.slice(1));
    if (parts.length < 2 * words + 2) return undefined;
    const taken = parts.slice(0, 2 * words + 1);
    return { words: taken.filter((_, index) => index > 0 && index % 2 === 0), length: taken.join("\r\n").length + 2 };
  }

  private answer(words: string[]): string {
    const [command, ...rest] = words;
    if (command === "AUTH") return rest[0] === password ? "+OK\r\n" : "-WRONGPASS no\r\n";
    this.asked.push(words);
    if (command === "PING") return "+PONG\r\n";
    if (command === "LPUSH") return `:${this.list.unshift(String(rest[1]))}\r\n`;
    if (command === "LRANGE") {
      const items = this.list.map((item) => `$${Buffer.byteLength(item)}\r\n${item}\r\n`);
      return `*${items.length}\r\n${items.join("")}`;
    }
    return "+OK\r\n";
  }
}

describe.skipIf(!python)("guestbook.py", () => {
  const master = new Redis();
  const replica = new Redis();
  let base: string;
  let frontend: ReturnType<typeof start>;

  function start(port: number, environment: Record<string, string>) {
    return execa("python3", ["-u", "-B", join(gitops, "apps/guestbook/base/guestbook.py")], {
      env: { PORT: String(port), REDIS_PASSWORD: password, ...environment },
      reject: false,
      all: true,
    });
  }

  /** A port that was free a moment ago. */
  async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
  }

  const sign = (message: string) =>
    fetch(base, { method: "POST", body: new URLSearchParams({ message }), redirect: "manual" });

  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}/`;
    frontend = start(port, { REDIS_MASTER: await master.start(), REDIS_REPLICA: await replica.start() });
    await vi.waitFor(() => fetch(`${base}healthz`), { timeout: 20_000, interval: 100 });
  });

  afterAll(() => {
    frontend.kill("SIGKILL");
    master.stop();
    replica.stop();
  });

  it("writes to the master and reads from a replica", async () => {
    replica.list.push("hello", "Grüße");
    const page = await (await fetch(base)).text();
    expect(page).toContain("<li>hello</li>\n<li>Grüße</li>");
    const signed = await sign("new");
    expect([signed.status, signed.headers.get("location")]).toEqual([303, "/"]);
    expect(master.asked).toEqual([
      ["LPUSH", "guestbook", "new"],
      ["LTRIM", "guestbook", "0", "99"],
    ]);
    expect(replica.asked.map(([command]) => command)).toEqual(["LRANGE"]);
  });

  it("shows a message as text, whatever it holds", async () => {
    replica.list.unshift("<script>alert(1)</script>");
    expect(await (await fetch(base)).text()).toContain("<li>&lt;script&gt;alert(1)&lt;/script&gt;</li>");
  });

  it("refuses what is too long to be a message", async () => {
    expect((await sign("x".repeat(9000))).status).toBe(400);
  });

  it("is alive and not ready without its replicas, and says so to visitors", async () => {
    expect((await fetch(`${base}readyz`)).status).toBe(200);
    replica.stop();
    expect((await fetch(`${base}readyz`)).status).toBe(503);
    expect((await fetch(base)).status).toBe(503);
    expect((await fetch(`${base}healthz`)).status).toBe(200);
  });

  it("ends when it is told to, and has told its log no password", async () => {
    frontend.kill("SIGTERM");
    const { exitCode, all } = await frontend;
    expect(exitCode).toBe(0);
    expect(all).toContain("REDIS_REPLICA: ");
    expect(all).not.toContain(password);
  });
});
