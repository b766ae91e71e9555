/**
 * Names of a stack without a domain are its users' own: somebody lets them lead elsewhere where the names are registered.
 * Here that is the registrar of the simulated internet.
 */
import type { Cloud } from "../../../components/config/types";
import type { Traffic } from "../../migrate/migration";

/** @param url the simulator's `traffic`. */
export function namesAt(url: string, from: Cloud, to: Cloud): Traffic {
  return {
    prepare: () => Promise.resolve(),
    toTarget: (say) => delegate(url, to, say),
    leave: () => Promise.resolve(),
    toSource: (say) => delegate(url, from, say),
  };
}

async function delegate(url: string, cloud: Cloud, say: (line: string) => void): Promise<void> {
  say(`the names lead to ${cloud} now`);
  const response = await fetch(`${url}/registrar?cloud=${cloud}`, { method: "PUT" });
  if (!response.ok) throw new Error(`the registrar did not take ${cloud}: ${response.status}`);
}
