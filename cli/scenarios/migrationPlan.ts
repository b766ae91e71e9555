/** A move to each other cloud is planned on the live cluster, which is only read. */
import type { Cloud } from "../../components/config/types";
import { makePlan } from "../migrate/plan";
import { counts } from "../migrate/plan/show";
import { expectThat, type Scenario } from "./scenario";

/** What only a person can say: who in the other cloud the stack's groups are. */
const asked = ["access-groups"];

export const migrationPlan: Scenario = {
  name: "migration-plan",
  title: "A move to each other cloud is planned: nothing but people's groups is in its way",
  async run({ side, say, saw }) {
    const from = side.configuration.values["cloud"] as Cloud;
    if (from === "local") {
      saw("a cluster of one's own has no backups that a move could go by");
      return;
    }
    const clouds = (["aws", "azure", "gcp"] as const).filter((cloud) => cloud !== from);
    for (const cloud of clouds) {
      say(`platform migrate plan --from ${side.name} --to ${side.name}-${cloud} --cloud ${cloud}`);
      const plan = await makePlan(side, { to: `${side.name}-${cloud}`, cloud, set: [] });
      const inTheWay = plan.findings.filter(({ severity, code }) => severity === "blocking" && !asked.includes(code));
      expectThat(inTheWay.length === 0, `nothing is in the way of a move to ${cloud}`, inTheWay);
      expectThat(plan.data.volumes.length > 0, "the plan has the source's volumes", plan.data);
      saw(`to ${cloud}: ${counts(plan)}; ${plan.data.volumes.length} volumes in ${plan.namespaces.length} namespaces`);
    }
  },
};
