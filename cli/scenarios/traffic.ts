/**
 * Who may reach whom, as network policies say: cyclonus evaluates them the way the Kubernetes documentation defines them,
 * without a packet being sent.
 * https://github.com/mattfenwick/cyclonus
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { V1NetworkPolicy } from "@kubernetes/client-node";
import { execa } from "execa";

/** Pods with the same labels in one namespace, or an address that no pod has. */
export type Peer = {
  /** `guestbook-dev/frontend`, `outside`. */
  name: string;
  address: string;
} & ({ namespace: string; namespaceLabels: Record<string, string>; labels: Record<string, string> } | object);

export interface Port {
  number: number;
  /** As the pod's container calls it: policies may name it so. */
  name?: string | undefined;
  protocol: "TCP" | "UDP";
}

export interface Question {
  from: Peer;
  to: Peer;
  port: Port;
}

/**
 * Whether each may be, in the questions' order.
 * @param folder gets the files that cyclonus reads, and stays for whoever wants to ask again.
 * @throws Error where cyclonus does not answer every question.
 */
export async function evaluate(
  cyclonus: string,
  folder: string,
  policies: V1NetworkPolicy[],
  questions: Question[],
): Promise<boolean[]> {
  const policyFile = join(folder, "policies.json");
  const trafficFile = join(folder, "traffic.json");
  writeFileSync(policyFile, JSON.stringify(policyList(policies)));
  writeFileSync(trafficFile, JSON.stringify(questions.map(traffic)));
  const files = ["--policy-path", policyFile, "--traffic-path", trafficFile];
  const { stdout } = await execa(cyclonus, ["analyze", "--mode", "query-traffic", ...files], {
    maxBuffer: 256 * 2 ** 20,
  });
  const answers = [...stdout.matchAll(/IS ALLOWED\?\s*\|\s*(TRUE|FALSE)/g)].map(([, answer]) => answer === "TRUE");
  if (answers.length !== questions.length) {
    throw new Error(`cyclonus answers ${answers.length} of ${questions.length} questions: ${stdout.slice(0, 1000)}`);
  }
  return answers;
}

/** Only what decides: cyclonus refuses fields that its own, older version of the API does not know. */
function policyList(policies: V1NetworkPolicy[]): object {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicyList",
    items: policies.map(({ metadata, spec }) => ({
      metadata: { name: metadata?.name, namespace: metadata?.namespace },
      spec: {
        podSelector: spec?.podSelector ?? {},
        policyTypes: spec?.policyTypes,
        ingress: spec?.ingress?.map(({ _from, ports }) => ({ from: _from, ports })),
        egress: spec?.egress,
      },
    })),
  };
}

function traffic({ from, to, port }: Question): object {
  return {
    Source: peer(from),
    Destination: peer(to),
    ResolvedPort: port.number,
    ResolvedPortName: port.name ?? "",
    Protocol: port.protocol,
  };
}

function peer(one: Peer): object {
  if (!("labels" in one)) return { IP: one.address };
  const { address, labels, namespace, namespaceLabels } = one;
  return { IP: address, Internal: { PodLabels: labels, NamespaceLabels: namespaceLabels, Namespace: namespace } };
}
