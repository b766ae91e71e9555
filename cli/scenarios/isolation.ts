/** Who may reach whom: the cluster's network policies, asked for every pair of applications. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Service } from "@kubernetes/client-node";
import { ensureTools } from "../tools";
import { behind, fullName, outside, peerOf, workloads, type Workload } from "./neighbours";
import { expectThat, type Lab, type Scenario } from "./scenario";
import { evaluate, type Peer, type Port, type Question } from "./traffic";

/** What holds data, and which workloads of the same namespace work with it. Nobody else may reach it. */
const stores: Record<string, string[]> = {
  database: ["backend", "database"],
  cache: ["backend", "cache"],
  "redis-master": ["frontend", "redis-replica"],
  "redis-replica": ["frontend"],
  mariadb: ["wordpress"],
  postgres: ["task-management-app"],
  elasticsearch: ["elasticsearch", "fluentd", "kibana"],
};

/** What the API server hands requests on to: it has no pod's address, so a policy lets anybody in whom the network lets. */
const byApiServer = ["sealed-secrets/sealed-secrets:8080"];

/** A question with its answer. */
export interface Answer extends Question {
  allowed: boolean;
}

export const isolation: Scenario = {
  name: "isolation",
  title: "Network policies let nobody but its application reach a database, and no environment reach another",
  async run({ clients, folder, say, saw }) {
    const all = await workloads(clients);
    const applications = all.filter(({ isApplication }) => isApplication);
    const controller = all.find(({ labels }) => labels["app.kubernetes.io/name"] === "traefik");
    const prometheus = all.find(({ labels }) => labels["app.kubernetes.io/name"] === "prometheus");
    const dns = all.find(({ labels }) => labels["k8s-app"] === "kube-dns");
    expectThat(controller !== undefined, "the ingress controller has pods");
    expectThat(prometheus !== undefined, "Prometheus has pods");
    expectThat(dns !== undefined, "the cluster's DNS has pods");
    const sources = [...applications, controller, prometheus].map(peerOf).concat(outside);
    const questions = [
      ...applications.flatMap((to) =>
        to.ports.flatMap((port) => sources.map((from) => ({ from, to: peerOf(to), port }))),
      ),
      ...applications.map((from) => ({ from: peerOf(from), to: peerOf(dns), port: nameService })),
    ];
    say(`${questions.length} questions about ${applications.length} applications' pods`);
    const { cyclonus } = await ensureTools(say, ["cyclonus"]);
    const { items: policies } = await clients.networking.listNetworkPolicyForAllNamespaces();
    const allowed = await evaluate(cyclonus, folder, policies, questions);
    const answers = questions.map((question, at): Answer => ({ ...question, allowed: allowed[at] ?? false }));
    const file = join(folder, "matrix.md");
    writeFileSync(file, matrix(answers));

    const open = await openings(clients, all);
    const findings = judge(applications, answers, { controller: peerOf(controller), ...open });
    expectThat(findings.length === 0, `network policies do what they are for:\n${findings.join("\n")}`);
    for (const store of applications.filter(({ name }) => stores[name])) {
      saw(`${fullName(store)} is reached by ${reachedBy(answers, store).join(", ")}, and by nobody else`);
    }
    saw(`the ingress controller reaches ${[...open.byController].join(", ")}`);
    saw(`from outside, past the ingress controller: ${[...open.fromOutside].join(", ") || "nothing"}`);
    saw(`no application of one namespace reaches one of another; all ${applications.length} may look names up`);
    say(`the whole matrix: ${file}`);
    saw(`${policies.length} policies, evaluated by cyclonus for ${questions.length} pairs and ports`);
    saw("that is what the policies say: nothing enforces them in a rehearsal, where no packets are sent");
  },
};

export const nameService: Port = { number: 53, name: "dns", protocol: "UDP" };

/** What is meant to be reached: by the ingress controller, and from outside past it. `production/frontend:8080` */
export interface Openings {
  byController: Set<string>;
  fromOutside: Set<string>;
}

/** Ingresses name what the ingress controller leads to; Services of these types are reached without it. */
async function openings({ core, networking }: Lab["clients"], all: Workload[]): Promise<Openings> {
  const [services, ingresses] = await Promise.all([
    core.listServiceForAllNamespaces(),
    networking.listIngressForAllNamespaces(),
  ]);
  const backends = new Set(
    ingresses.items.flatMap(({ metadata, spec }) =>
      (spec?.rules ?? []).flatMap(({ http }) =>
        (http?.paths ?? []).map(({ backend }) => `${metadata?.namespace}/${backend.service?.name}`),
      ),
    ),
  );
  const applications = all.filter(({ isApplication }) => isApplication);
  const behindAll = (those: V1Service[]): Set<string> => new Set(those.flatMap((one) => behind(one, applications)));
  return {
    byController: behindAll(
      services.items.filter(({ metadata }) => backends.has(`${metadata?.namespace}/${metadata?.name}`)),
    ),
    fromOutside: new Set([
      ...behindAll(services.items.filter(({ spec }) => ["NodePort", "LoadBalancer"].includes(spec?.type ?? ""))),
      ...byApiServer,
    ]),
  };
}

/** Everything that is otherwise than it should be, one line each. */
export function judge(
  applications: Workload[],
  answers: Answer[],
  { controller, byController, fromOutside }: Openings & { controller: Peer },
): string[] {
  const allowed = new Set(
    answers
      .filter((answer) => answer.allowed)
      .flatMap(({ from, to, port }) => [`${from.name} ${to.name}`, `${from.name} ${to.name}:${port.number}`]),
  );
  const findings = new Set<string>();
  const check = (from: string, to: string, wanted: boolean): void => {
    if (allowed.has(`${from} ${to}`) === wanted) return;
    findings.add(wanted ? `${from} should reach ${to}, and may not` : `${from} should not reach ${to}, and may`);
  };
  const sources = new Set(answers.map(({ from }) => from.name));
  for (const to of applications) {
    const name = fullName(to);
    const users = stores[to.name]?.map((user) => fullName({ namespace: to.namespace, name: user }));
    if (users) for (const from of sources) check(from, name, users.includes(from));
    for (const from of applications) if (from.namespace !== to.namespace) check(fullName(from), name, false);
    for (const { number } of to.ports) check(outside.name, `${name}:${number}`, fromOutside.has(`${name}:${number}`));
  }
  for (const to of byController) check(controller.name, to, true);
  for (const { from, to, port, allowed } of answers) {
    if (port === nameService && !allowed) findings.add(`${from.name} cannot look names up at ${to.name}`);
  }
  return [...findings];
}

function reachedBy(answers: Answer[], store: Workload): string[] {
  const to = fullName(store);
  const names = answers.filter((answer) => answer.allowed && answer.to.name === to).map(({ from }) => from.name);
  return [...new Set(names)].map((name) => name.replace(`${store.namespace}/`, ""));
}

/** A table for each namespace: who, in rows, may reach what, in columns. Those that reach nothing in it have no row. */
export function matrix(answers: Answer[]): string {
  const namespaceOf = ({ to }: Answer): string => to.name.split("/")[0] ?? "";
  return [...new Set(answers.map(namespaceOf))]
    .map((namespace) => {
      const within = answers.filter((answer) => namespaceOf(answer) === namespace);
      const column = ({ to, port }: Answer): string => `${to.name.split("/")[1]} ${port.name ?? ""} ${port.number}`;
      const columns = [...new Set(within.map(column))];
      const rows = [...new Set(within.filter(({ allowed }) => allowed).map(({ from }) => from.name))].map((from) => [
        from,
        ...columns.map((one) =>
          within.some((answer) => answer.allowed && answer.from.name === from && column(answer) === one) ? "yes" : "",
        ),
      ]);
      const line = (cells: string[]): string => `| ${cells.join(" | ")} |`;
      const head = ["from", ...columns];
      return [`## To ${namespace}`, "", line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
    })
    .join("\n");
}
