/** Somebody edits a live object by hand: dev heals itself, staging says OutOfSync and waits for a person. */
import { applicationState, untilSync } from "./applications";
import { expectThat, type Scenario } from "./scenario";

export const drift: Scenario = {
  name: "drift",
  title: "An edit on the live cluster is undone in dev, and reported in staging and production",
  async run(lab) {
    const { clients, workloads, say, saw } = lab;
    const scale = (namespace: string, replicas: number) =>
      clients.apps.patchNamespacedDeploymentScale({
        name: "frontend",
        namespace,
        body: [{ op: "replace", path: "/spec/replicas", value: replicas }],
      });
    say("somebody scales the dev guestbook by hand");
    await scale("guestbook-dev", 4);
    const healed = await workloads.until("dev is healed", 60, async () => {
      const { spec } = await workloads.deployment({ namespace: "guestbook-dev", name: "frontend" });
      return spec?.replicas === 1;
    });
    saw(`guestbook-dev healed itself ${healed.toFixed(1)} s after the edit`);

    if (!(await applicationState(clients, "guestbook-staging"))) {
      saw("this cluster has no staging: it takes the small selection");
      return;
    }
    say("somebody scales the staging guestbook by hand");
    await scale("guestbook-staging", 4);
    const told = await untilSync(lab, "guestbook-staging", "OutOfSync");
    // Long enough for Argo CD to have healed it, had it been told to: dev took less.
    await new Promise((resolve) => setTimeout(resolve, (healed + 5) * 1000));
    const { spec } = await workloads.deployment({ namespace: "guestbook-staging", name: "frontend" });
    expectThat(spec?.replicas === 4, "staging keeps what was edited until a person decides", spec?.replicas);
    saw(`guestbook-staging OutOfSync ${told.toFixed(1)} s after the edit, and not healed`);
    await scale("guestbook-staging", 2);
    await untilSync(lab, "guestbook-staging", "Synced");
  },
};
