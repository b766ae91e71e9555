/** An application is not made before its database is ready. */
import { setTimeout as sleep } from "node:timers/promises";
import { present } from "../kubernetes";
import { applicationState } from "./applications";
import { expectThat, type Lab, type Scenario } from "./scenario";

interface Pair {
  application: string;
  namespace: string;
  database: string;
  deployment: string;
}

const full: Pair = {
  application: "task-management-api",
  namespace: "task-management",
  database: "postgres",
  deployment: "task-management-app",
};
const small: Pair = {
  application: "guestbook-dev",
  namespace: "guestbook-dev",
  database: "redis-master",
  deployment: "frontend",
};

export const ordering: Scenario = {
  name: "ordering",
  title: "An application that comes up anew is not made before its database is ready",
  async run({ clients, argocd, workloads, say, saw }) {
    const pair = (await applicationState(clients, full.application)) ? full : small;
    const { application, namespace, database, deployment } = pair;
    say(`${application} is deleted with all that it has`);
    await argocd.run("app", "delete", application, "--yes", "--wait");
    // Its parent makes it anew: it heals itself.
    say(`${application} comes up anew`);
    const seen: string[] = [];
    const start = Date.now();
    for (;;) {
      const [ready, made] = await Promise.all([
        isReady(clients, namespace, database),
        exists(clients, namespace, deployment),
      ]);
      const state = `${ready ? "database ready" : "no database"}, ${made ? "application made" : "no application"}`;
      if (seen.at(-1) !== state) seen.push(state);
      expectThat(ready || !made, `${deployment} is not made before ${database} is ready`, seen);
      if (ready && made && seen.length > 1) break;
      expectThat(Date.now() - start < 120_000, `${application} comes up anew within two minutes`, seen);
      await sleep(100);
    }
    expectThat(seen.includes("database ready, no application"), "there was a time with the database alone", seen);
    await workloads.until(`${application} is Healthy again`, 120, async () => {
      const state = await applicationState(clients, application);
      return state?.sync === "Synced" && state.health === "Healthy";
    });
    saw(`${application}: ${seen.join(" → ")}`);
  },
};

async function isReady({ apps }: Lab["clients"], namespace: string, name: string): Promise<boolean> {
  const found = await present(apps.readNamespacedStatefulSet({ namespace, name }));
  return found !== undefined && found.status?.readyReplicas === (found.spec?.replicas ?? 1);
}

async function exists({ apps }: Lab["clients"], namespace: string, name: string): Promise<boolean> {
  return (await present(apps.readNamespacedDeployment({ namespace, name }))) !== undefined;
}
