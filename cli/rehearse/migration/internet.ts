/** A client of the simulated internet: it asks a resolver for an address, keeps that as long as it may, and sends requests there. */
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { addressHeader, type Resolution } from "../../../simulator/traffic/protocol";
import type { Outcome } from "./tally";

const resolution = z.object({ addresses: z.array(z.string()), ttl: z.number(), keepSeconds: z.number() });
const answer = z.object({
  cluster: z.string().optional(),
  why: z.string().optional(),
  missingOn: z.array(z.string()).optional(),
});

/** Seconds after which nobody waits for an answer any more. */
const patience = 5;

export class Internet {
  /** Answers by host, until when they are kept. */
  private readonly kept = new Map<string, { address: string; until: number }>();
  private readonly agent = new Agent({ keepAlive: true });
  private readonly asking = new Map<string, Promise<string | undefined>>();

  /** @param url of the simulator's `traffic`. */
  constructor(private readonly url: string) {}

  /**
   * @param id which writing it is about.
   * @param address where it goes to; by default where the host's name leads.
   */
  async send(method: "GET" | "POST", host: string, id?: string, body?: string, address?: string): Promise<Outcome> {
    const sentAt = Date.now();
    const ended = (outcome: Partial<Outcome>): Outcome => ({ sentAt, took: Date.now() - sentAt, ...outcome });
    try {
      const to = address ?? (await this.resolve(host));
      if (to === undefined) return ended({ why: "the name has no address" });
      const path = id === undefined ? "/" : `/?id=${encodeURIComponent(id)}`;
      const response = await this.exchange(path, method, { host, [addressHeader]: to }, body);
      return ended({ status: response.status, ...answer.safeParse(response.body).data });
    } catch (error) {
      return ended({ why: reason(error) });
    }
  }

  /** Undefined where the name leads nowhere. */
  private async resolve(host: string): Promise<string | undefined> {
    const kept = this.kept.get(host);
    if (kept && kept.until > Date.now()) return kept.address;
    const asking = this.asking.get(host) ?? this.ask(host).finally(() => this.asking.delete(host));
    this.asking.set(host, asking);
    return asking;
  }

  private async ask(host: string): Promise<string | undefined> {
    const { status, body } = await this.exchange(`/resolve?host=${encodeURIComponent(host)}`);
    if (status !== 200) return undefined;
    const { addresses, keepSeconds }: Resolution = resolution.parse(body);
    const address = addresses[Math.floor(Math.random() * addresses.length)];
    if (address !== undefined) this.kept.set(host, { address, until: Date.now() + keepSeconds * 1000 });
    return address;
  }

  /** One request and its answer, which is JSON. `fetch` would send the host of the URL. */
  private async exchange(
    path: string,
    method = "GET",
    headers: Record<string, string> = {},
    body = "",
  ): Promise<{ status: number; body: unknown }> {
    const signal = AbortSignal.timeout(patience * 1000);
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}${path}`, { method, headers, agent: this.agent, signal }, (response) => {
        text(response).then(
          (received) => resolve({ status: response.statusCode ?? 0, body: parsed(received) }),
          reject,
        );
      });
      sent.on("error", reject).end(body);
    });
  }
}

function parsed(received: string): unknown {
  try {
    return JSON.parse(received);
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  const { code, name, cause } = error as { code?: string; name?: string; cause?: { name?: string } };
  if (name === "TimeoutError" || cause?.name === "TimeoutError") return `no answer in ${patience} s`;
  return code ?? String(error);
}
