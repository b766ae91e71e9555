/** What a rehearsal does, in order. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { CloudRecord } from "../../simulator/cloud/behaviour";
import { Store } from "../../simulator/cloud/store";
import { connect, countPods, listStorageClasses, type Clients } from "../kubernetes";
import { project, repository } from "../project";
import { teardown } from "../teardown/teardown";
import { ensureTools } from "../tools";
import { startClouds, type Clouds } from "./clouds";
import { openStack } from "./engine";
import type { RehearseOptions } from "./options";
import type { Step } from "./progress";
import { recover } from "./recover";
import type { Report } from "./report";
import { settings, type StackConfiguration } from "./stackFile";

export interface Rehearsal {
  options: RehearseOptions;
  name: string;
  directory: string;
  configuration: StackConfiguration;
  report: Report;
  tools?: Record<string, string>;
  clouds?: Clouds;
  stack?: Stack;
}

export function steps(options: RehearseOptions): Step<Rehearsal>[] {
  const all: Step<Rehearsal>[] = [
    { name: "tools", title: "Find or build the tools", run: findTools },
    { name: "clouds", title: "Start the simulated clouds", run: startSimulation },
    { name: "up", title: "pulumi up", run: up },
    { name: "show", title: "Look at what exists", run: show },
    { name: "preview", title: "A second preview: no changes", run: secondPreview },
    { name: "sync", title: "Argo CD syncs the gitops repository", run: sync },
  ];
  if (options.keep) return all;
  return [
    ...all,
    { name: "teardown", title: "Tear down", run: takeDown },
    { name: "audit", title: "Look for leftovers", run: audit },
    { name: "end", title: "End the simulated clouds", run: end, always: true },
  ];
}
