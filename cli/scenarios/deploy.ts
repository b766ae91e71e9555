/** The first deployment of every application, those that a person approves included. */
import { applications, type ApplicationReport } from "../../simulator/argocd/applications";
import { approveAll } from "./applications";
import { expectThat, type Scenario } from "./scenario";

export const deploy: Scenario = {
  name: "deploy",
  title: "Every application is deployed for the first time: most by themselves, production by approval",
  async run({ clients, say, saw, workloads }) {
    const approved = await approveAll(clients, say);
    let all: ApplicationReport[] = [];
    // A parent's state follows its child's a moment later.
    await workloads.until("every Application is Synced and Healthy", 60, async () => {
      all = await applications(clients.config);
      return all.every(({ sync, health }) => sync === "Synced" && health === "Healthy");
    });
    const pods = all.reduce((sum, one) => sum + one.pods.ready, 0);
    saw(
      `${all.length} Applications Synced and Healthy with ${pods} pods, ${approved.length} of them approved by a person`,
    );
    for (const [host, address] of await addresses(clients)) {
      expectThat(address !== "", `the Ingress for ${host} has an address`);
      saw(`${host} answers at ${address}`);
    }
  },
};

/** Where each host of an Ingress is reached. */
async function addresses({ networking }: Parameters<Scenario["run"]>[0]["clients"]): Promise<[string, string][]> {
  const { items } = await networking.listIngressForAllNamespaces();
  return items.flatMap(({ spec, status }) => {
    const { ip, hostname } = status?.loadBalancer?.ingress?.[0] ?? {};
    return (spec?.rules ?? []).map(({ host = "*" }): [string, string] => [host, hostname ?? ip ?? ""]);
  });
}
