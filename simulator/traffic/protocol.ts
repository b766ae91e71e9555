/** What clients of the simulated internet know of it beyond HTTP. */
import type { DnsAnswer } from "./resolve";

/** Header of a request by somebody who has resolved the host already: the address that it goes to. */
export const addressHeader = "x-simulator-address";

/** The answer to `GET /resolve?host=`. */
export interface Resolution extends DnsAnswer {
  /** Seconds of this machine for which it is to be kept: `ttl`, scaled. */
  keepSeconds: number;
}
