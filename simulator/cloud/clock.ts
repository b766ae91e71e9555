/** Time in a simulated cloud: what takes the real one minutes takes this one seconds, so that what waits shows. */
import { setTimeout as sleep } from "node:timers/promises";

export class Clock {
  /** @param scale simulated seconds for one of the cloud's: 1/60 makes a minute a second. */
  constructor(private readonly scale: number) {}

  /** Runs `work` and sees to it that the whole takes at least the cloud's time, scaled. */
  async run<Result>(cloudSeconds: number, work: () => Promise<Result>): Promise<Result> {
    const [result] = await Promise.all([work(), sleep(cloudSeconds * this.scale * 1000)]);
    return result;
  }
}
