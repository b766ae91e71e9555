/** A change by commit: more replicas, then another version, with the Service up all the time. */
import { expectThat, type Scenario } from "./scenario";
import { watchEndpoints } from "./workloads";

const app = { namespace: "default", name: "dotnet-sample" };
const service = { namespace: "default", name: "dotnet-sample-service" };

export const change: Scenario = {
  name: "change",
  title: "A commit scales an application and rolls its image out, with never fewer than 3 ready endpoints",
  async run({ clients, git, workloads, say, saw }) {
    const before = await workloads.images(app);
    say("3 replicas become 5");
    git.replace("apps/dotnet-sample/deployment.yaml", "replicas: 3", "replicas: 5");
    const start = Date.now();
    const scaled = await git.push("dotnet-sample: five replicas");
    await workloads.untilRolledOut(app, 5);
    saw(`replicas 3 → 5 live ${seconds(start)} s after the push`);

    say("another version");
    const file = "apps/dotnet-sample/kustomization.yaml";
    const tag = /newTag: (\S+)/.exec(git.read(file))?.[1] ?? "";
    git.replace(file, `newTag: ${tag}`, "newTag: v2.0");
    const endpoints = watchEndpoints(clients.config, service, 100);
    const pushed = Date.now();
    const rolled = await git.push("dotnet-sample: v2.0");
    await workloads.until("all pods run v2.0", 120, async () =>
      (await workloads.images(app)).every((image) => image.endsWith(":v2.0")),
    );
    await workloads.untilRolledOut(app, 5);
    const fewest = await endpoints.stop();
    expectThat(fewest >= 3, "the Service had 3 ready endpoints at any time", fewest);
    saw(
      `image ${tag} → v2.0 rolled out ${seconds(pushed)} s after the push, never fewer than ${fewest} ready endpoints`,
    );

    say("both are taken back");
    await git.revert(rolled);
    await git.revert(scaled);
    await workloads.until("the version from before runs", 120, async () =>
      (await workloads.images(app)).every((image) => before.includes(image)),
    );
    await workloads.untilRolledOut(app, 3);
  },
};

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
