/** Time in a simulated cloud: what takes the real one minutes takes this one seconds, so that what waits shows. */
import { setTimeout as sleep } from "node:timers/promises";

export class Clock {
  /** @param scale simulated seconds for one of the cloud's: 1/60 makes a minute a second. */
  constructor(private readonly scale: number) {}

  /** Runs `work` and sees to it that the whole takes at least the cloud's time, scaled. */
  async run<Result>(cloudSeconds: number, work: () => Promise<Result>): Promise<Result> {
    const [result] = await Promise.all([work(), sleep(this.milliseconds(cloudSeconds))]);
    return result;
  }

  /** This machine's milliseconds for the cloud's seconds. */
  milliseconds(cloudSeconds: number): number {
    return cloudSeconds * this.scale * 1000;
  }

  /** The cloud's seconds since a resource was there; `Infinity` for one that has always been. */
  age({ createdAt }: { createdAt?: number }): number {
    return createdAt === undefined ? Infinity : this.since(createdAt);
  }

  /** The cloud's seconds since a moment of this machine's clock, in milliseconds since 1970. */
  since(milliseconds: number): number {
    return (Date.now() - milliseconds) / 1000 / this.scale;
  }
}
