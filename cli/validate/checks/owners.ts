/** Every object has one owner: one Application, and not the platform's program too. */
import { keyOf, type Placed, type Report, type Scenario } from "../model";
import { owned } from "../program";

export function checkOwners(scenario: Scenario, report: Report): void {
  const first = new Map<string, Placed>();
  for (const placed of scenario.placed) {
    const { object, namespace } = placed;
    const key = keyOf(object, namespace);
    if (owned.has(key)) {
      report(placed, ["metadata", "name"], {
        rule: "ownership",
        problem: "the platform's program owns an object of this name: both would write it for ever",
        advice: "give it another name, or leave it to the program",
      });
    }
    const other = first.get(key);
    if (!other) {
      first.set(key, placed);
      continue;
    }
    if (other.unit === placed.unit && other.application === placed.application && other.object === object) continue;
    const { file, line } = other.unit.locate(other.object, ["metadata", "name"]);
    report(placed, ["metadata", "name"], {
      rule: "duplicate",
      problem: `${deployer(other)} deploys the same object, from ${file}${line === undefined ? "" : `:${line}`}`,
      advice: "leave it to one of them, or give it another name",
    });
  }
}

function deployer({ application, unit }: Placed): string {
  return application === undefined ? unit.folder : `Application ${application}`;
}
