/** What goes wrong on request when a random value is made. Nobody limits that or waits for it: only the engine can end. */
import type { FaultyOptions } from "../cloud/faulty";

const message = ({ name }: { name: string }) => `making ${name} failed, as asked`;

export const randomFaults: Pick<FaultyOptions, "messages"> = {
  messages: { throttle: message, quota: message, timeout: message, partial: message, crash: message },
};
