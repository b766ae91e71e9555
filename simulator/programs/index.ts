/**
 * Real programs behind pods. A pod whose image is known here has its program run on this machine, with the pod's own
 * arguments and its service account's token, reached at the pod's address through the cluster's network. It runs as long
 * as the pod does.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { CoreV1Api, type V1Container, type V1Pod } from "@kubernetes/client-node";
import type { ClusterRequest } from "../cloud/behaviour";
import type { CloudServices } from "../cloud/services";
import { freePorts } from "../controlplane/ports";
import type { Disks } from "../controlplane/disks";
import type { ClusterNetwork } from "../controlplane/network";
import { startLoop, type Loop } from "../controlplane/standins/loop";
import type { Power } from "../controlplane/power";
import { listens } from "../objectstore/listens";
import type { Processes } from "../processes";
import { mount, mountsOf } from "./mounts";
import { programOf, type PodProgram, type PodTools } from "./catalog";
import {
  environmentOf,
  renewalSeconds,
  terminationLogOf,
  writeServiceAccount,
  type ClusterAccess,
} from "./surroundings";

export type { PodTools } from "./catalog";

export interface PodProgramsOptions extends ClusterAccess {
  cluster: Pick<ClusterRequest, "cloud" | "id" | "name" | "region">;
  tools: PodTools;
  processes: Processes;
  /** What the names of its processes begin with. */
  prefix: string;
  /** Holds a folder for each pod; logs beside it. */
  directory: string;
  ways: ClusterNetwork;
  power: Pick<Power, "isOff">;
  /** What is on the disks of volumes that programs have mounted; without it nothing is mounted. */
  disks?: Pick<Disks, "ofPod">;
  /** What the clouds are to the programs; without it, out of reach. */
  services?: CloudServices | undefined;
  log: (line: string) => void;
}

/** A command of a pod's image, run once. */
export interface Command {
  /** Unique on its cluster: names the process and its log. */
  name: string;
  file: string;
  /** Anyone on the machine can read these: no secrets. */
  arguments: string[];
  /** Makes ready what else it needs in its folder. Returns variables. */
  prepare: (folder: string, tools: PodTools, access: ClusterAccess) => Record<string, string>;
}

/** How a command has ended. */
export interface Ended {
  /** Its exit code. */
  code: number;
  /** Path of its log. */
  log: string;
  /** What it has written to its container's termination log; unset where that is nothing. */
  words?: string;
}

/** Why a container waits, in a kubelet's words. */
export interface Waiting {
  reason: string;
  message: string;
}

interface RunnableProgram extends PodProgram {
  /** Path of the program. */
  file: string;
}

interface Program {
  process: string;
  folder: string;
  /** Ports of the pod, and of this machine. */
  ports: [number, number][];
  address: string;
  /** Milliseconds since 1970. */
  tokenWritten: number;
}

/** Seconds between two looks at a program, and until one that did not start is tried again: a kubelet's first back-off. */
const lookSeconds = 5;
const backOffSeconds = 10;

export class PodPrograms {
  private readonly running = new Map<string, Program>();
  private readonly failed = new Map<string, { at: number; waiting: Waiting }>();
  private readonly starting = new Map<string, Promise<void>>();
  private readonly loop: Loop;
  private stopped = false;

  constructor(private readonly options: PodProgramsOptions) {
    const core = options.config.makeApiClient(CoreV1Api);
    this.loop = startLoop(
      options,
      "/api/v1/pods",
      () => core.listPodForAllNamespaces(),
      async (pod) => {
        if (!this.programOf(pod)) return undefined;
        if (isOver(pod)) return this.end(uidOf(pod));
        if (options.power.isOff(pod.spec?.nodeName)) {
          await this.end(uidOf(pod));
          return lookSeconds;
        }
        // One that waits for its start is `start`'s; here are those that run, and those that ran when everything ended.
        if (pod.status?.phase !== "Running") return undefined;
        await this.start(pod);
        return lookSeconds;
      },
      (pod) => void this.end(uidOf(pod)),
    );
  }

  /** Runs what a pod stands for. Undefined where it runs or there is nothing to run, else why it does not. */
  async start(pod: V1Pod): Promise<Waiting | undefined> {
    const program = this.programOf(pod);
    const uid = uidOf(pod);
    if (!program || this.stopped || isOver(pod)) return undefined;
    const present = this.running.get(uid);
    if (present && this.options.processes.isRunning(present.process)) {
      this.follow(pod, present);
      await this.renew(pod, program, present);
      return undefined;
    }
    const failure = this.failed.get(uid);
    if (failure && Date.now() - failure.at < backOffSeconds * 1000) return failure.waiting;
    try {
      const starting = this.starting.get(uid) ?? this.run(pod, program);
      this.starting.set(uid, starting);
      await starting;
      this.failed.delete(uid);
      return undefined;
    } catch (error) {
      const waiting = { reason: "CrashLoopBackOff", message: reasonIn(error) };
      this.failed.set(uid, { at: Date.now(), waiting });
      return waiting;
    } finally {
      this.starting.delete(uid);
    }
  }

  /**
   * Runs another command of a pod's image as its container would, in a folder of its own, and waits for its end.
   */
  async once(pod: V1Pod, command: Command): Promise<Ended> {
    const { directory, prefix, processes, tools } = this.options;
    const [container] = pod.spec?.containers ?? [];
    if (!container) throw new Error(`pod ${pod.metadata?.namespace}/${pod.metadata?.name} has no container`);
    const folder = join(directory, "pods", `${uidOf(pod)}.${command.name}`);
    const log = join(directory, "logs", `${command.name}.log`);
    const lastWords = join(folder, terminationLogOf(container));
    try {
      const environment = await this.surround(pod, container, folder);
      mkdirSync(dirname(lastWords), { recursive: true, mode: 0o700 });
      const code = await processes.run({
        name: `${prefix}pods/${command.name}`,
        file: command.file,
        arguments: command.arguments,
        environment: { ...environment, ...command.prepare(folder, tools, this.options) },
        logFile: log,
      });
      const words = textIn(lastWords);
      return { code, log, ...(words === "" ? {} : { words }) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.loop.stop();
    await Promise.allSettled(this.starting.values());
    await Promise.all([...this.running.keys()].map((uid) => this.end(uid)));
  }

  /** Undefined for a program that is not on this machine too. */
  private programOf(pod: V1Pod): RunnableProgram | undefined {
    const program = programOf(pod);
    const file = program && this.options.tools[program.tool];
    return program && file !== undefined ? { ...program, file } : undefined;
  }

  private async run(pod: V1Pod, program: RunnableProgram): Promise<void> {
    const { directory, prefix, processes, tools, ways, log, cluster, disks } = this.options;
    const { name = "", namespace = "" } = pod.metadata ?? {};
    const uid = uidOf(pod);
    await this.end(uid);
    const mounted = disks ? await mountsOf(pod, program.container, disks) : [];
    const folder = join(directory, "pods", uid);
    const local = await freePorts(program.ports.length);
    const process = `${prefix}pods/${namespace}.${name}`;
    const address = pod.status?.podIP ?? "";
    const ports = program.ports.map((port, index): [number, number] => [port, local[index] ?? 0]);
    this.running.set(uid, { process, folder, ports, address, tokenWritten: Date.now() });
    const environment = {
      ...(await this.surround(pod, program.container, folder)),
      ...program.prepare(pod, folder, tools, this.options),
    };
    mount(folder, mounted);
    await processes.start({
      name: process,
      file: program.file,
      arguments: [...program.arguments, ...program.added(local, folder)],
      environment,
      logFile: join(directory, "logs", `${namespace}.${name}.log`),
      ready: () => listens(local[0] ?? 0),
      readySeconds: 60,
    });
    for (const [port, own] of ports) ways.serve(address, port, own);
    log(`${cluster.name}: ${program.tool} runs for the pod ${namespace}/${name}`);
  }

  /** Writes what a container finds in its pod. @returns its variables. */
  private async surround(pod: V1Pod, container: V1Container, folder: string): Promise<Record<string, string>> {
    const { cluster, services, config } = this.options;
    await writeServiceAccount(pod, container, folder, this.options);
    return {
      ...environmentOf(pod, container, folder, this.options),
      ...(await services?.environment({ pod, cluster, config, folder })),
    };
  }

  /** KWOK may give a pod of a node that has just come another address, a moment after the first. */
  private follow({ status }: V1Pod, running: Program): void {
    const { ways } = this.options;
    const address = status?.podIP ?? "";
    if (address === running.address) return;
    for (const [port, own] of running.ports) {
      ways.withdraw(running.address, port, own);
      ways.serve(address, port, own);
    }
    running.address = address;
  }

  private async renew(pod: V1Pod, program: RunnableProgram, running: Program): Promise<void> {
    if (Date.now() - running.tokenWritten < renewalSeconds * 1000) return;
    running.tokenWritten = Date.now();
    await writeServiceAccount(pod, program.container, running.folder, this.options);
  }

  private async end(uid: string): Promise<undefined> {
    const program = this.running.get(uid);
    this.failed.delete(uid);
    if (!program) return undefined;
    this.running.delete(uid);
    for (const [port, own] of program.ports) this.options.ways.withdraw(program.address, port, own);
    await this.options.processes.end(program.process);
    rmSync(program.folder, { recursive: true, force: true });
    return undefined;
  }
}

function uidOf({ metadata }: V1Pod): string {
  return metadata?.uid ?? "";
}

/** Empty where there is no such file. */
function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function isOver({ metadata, status }: V1Pod): boolean {
  return metadata?.deletionTimestamp !== undefined || status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** What a program says of its end: its error comes with the end of its log, where a panic is followed by where it was. */
function reasonIn(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trimEnd().split("\n");
  const told = lines.findLast((line) => /panic:|error|forbidden/i.test(line)) ?? lines.at(-1);
  return told?.trim() ?? "";
}
