/** The EKS component's provider for the real engine: it has components only, so it constructs and does nothing else. */
import type { ComponentResourceOptions, Inputs } from "@pulumi/pulumi";
import type { CheckResult, ConstructResult, DiffResult, SimulatedProvider } from "../provider";
import { Cluster } from "./cluster";
import { clusterProblems } from "./inputs";

/**
 * Registers the children of the component `type` as the real provider does.
 * @throws Error that lists every input that the component lacks or that is not rehearsed.
 */
export async function construct(
  type: string,
  name: string,
  inputs: Inputs,
  options: ComponentResourceOptions,
): Promise<ConstructResult> {
  if (type !== "eks:index:Cluster")
    throw new Error(`the simulated eks has no component ${type}, only eks:index:Cluster`);
  const problems = clusterProblems(inputs);
  if (problems.length > 0) throw new Error(`eks:index:Cluster "${name}":\n  ${problems.join("\n  ")}`);
  const cluster = new Cluster(name, inputs, options);
  return { urn: cluster.urn, state: cluster.outputs };
}

export class EksProvider implements SimulatedProvider {
  readonly name = "eks";
  readonly version = "4.3.0";
  readonly construct = construct;

  check(): Promise<CheckResult> {
    return noResources();
  }
  diff(): Promise<DiffResult> {
    return noResources();
  }
  create(): Promise<never> {
    return noResources();
  }
  read(): Promise<never> {
    return noResources();
  }
  update(): Promise<never> {
    return noResources();
  }
  delete(): Promise<never> {
    return noResources();
  }
}

async function noResources(): Promise<never> {
  throw new Error("the simulated eks has components only, no resources of its own");
}
