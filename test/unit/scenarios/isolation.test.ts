import { expect, it } from "vitest";
import { judge, matrix, nameService, type Answer } from "../../../cli/scenarios/isolation";
import { behind, outside, peerOf, type Workload } from "../../../cli/scenarios/neighbours";

const workload = (namespace: string, name: string, port = 8080): Workload => ({
  namespace,
  name,
  labels: { app: name },
  namespaceLabels: {},
  address: "100.64.0.1",
  ports: [{ number: port, name: "http", protocol: "TCP" }],
  isApplication: true,
});
const frontend = workload("production", "frontend");
const backend = workload("production", "backend");
const database = workload("production", "database", 5432);
const stranger = workload("staging", "backend");
const applications = [frontend, backend, database, stranger];
const controller = peerOf({ ...workload("traefik", "traefik"), isApplication: false });
const dns = peerOf({ ...workload("kube-system", "coredns"), isApplication: false });

/** Everything is asked; what is named as `from → to` is allowed, and names are looked up. */
function answers(...allowed: string[]): Answer[] {
  const sources = [...applications.map(peerOf), controller, outside];
  const asked = applications.flatMap((to) =>
    to.ports.flatMap((port) => sources.map((from) => ({ from, to: peerOf(to), port }))),
  );
  return asked.map((question) => ({
    ...question,
    allowed: allowed.includes(`${question.from.name} → ${question.to.name}`),
  }));
}
const meant = [
  "traefik/traefik → production/frontend",
  "production/frontend → production/backend",
  "production/backend → production/database",
  "production/database → production/database",
];
const openings = { controller, byController: new Set(["production/frontend:8080"]), fromOutside: new Set<string>() };

it("finds nothing where everything is as it is meant to be", () => {
  expect(judge(applications, answers(...meant), openings)).toEqual([]);
});

it.each([
  [
    "a database open to its neighbour",
    [...meant, "production/frontend → production/database"],
    "production/frontend should not reach production/database, and may",
  ],
  [
    "a database closed to its application",
    meant.filter((one) => one !== meant[2]),
    "production/backend should reach production/database, and may not",
  ],
  [
    "a way between environments",
    [...meant, "staging/backend → production/frontend"],
    "staging/backend should not reach production/frontend, and may",
  ],
  [
    "an application that the ingress controller does not reach",
    meant.slice(1),
    "traefik/traefik should reach production/frontend:8080, and may not",
  ],
  [
    "one that is open to the internet",
    [...meant, "outside → production/backend"],
    "outside should not reach production/backend:8080, and may",
  ],
])("finds %s", (_, allowed, finding) => {
  expect(judge(applications, answers(...allowed), openings)).toEqual([finding]);
});

it("finds an application that cannot look names up", () => {
  const question = { from: peerOf(frontend), to: dns, port: nameService, allowed: false };
  expect(judge(applications, [...answers(...meant), question], openings)).toEqual([
    "production/frontend cannot look names up at kube-system/coredns",
  ]);
});

it("draws a table for each namespace, with those who reach something in it", () => {
  expect(matrix(answers(...meant))).toBe(`## To production

| from | frontend http 8080 | backend http 8080 | database http 5432 |
| --- | --- | --- | --- |
| traefik/traefik | yes |  |  |
| production/frontend |  | yes |  |
| production/backend |  |  | yes |
| production/database |  |  | yes |

## To staging

| from | backend http 8080 |
| --- | --- |
`);
});

it("finds the pods behind a Service, and which of their ports it leads to", () => {
  const service = (selector: Record<string, string> | undefined, targetPort: string | number) => ({
    metadata: { namespace: "production", name: "web" },
    spec: { selector, ports: [{ port: 80, targetPort }] },
  });
  expect(behind(service({ app: "backend" }, "http"), applications)).toEqual(["production/backend:8080"]);
  expect(behind(service({ app: "database" }, 5432), applications)).toEqual(["production/database:5432"]);
  expect(behind(service({ app: "backend" }, 9090), applications)).toEqual([]);
  expect(behind(service(undefined, "http"), applications)).toEqual([]);
});
