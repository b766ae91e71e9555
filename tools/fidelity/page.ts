/** Writes `docs/fidelity-inputs.md`: what of the program's inputs is held against what. */
import { addressOf, type Evidence, type Seen, type Uncertain } from "./evidence";
import type { Finding } from "./findings";

export interface CloudFindings {
  /** `AWS` */
  title: string;
  /** Names of the configurations that were run. */
  variants: string[];
  findings: Finding[];
  /** Types that the rehearsal knows and the program does not register itself. */
  others: string[];
}

const intro = `# What the program sets, and who else does

Made by \`npm run fidelity\`; a test fails where it is stale. [What a rehearsal is worth](fidelity.md) says what follows from it.

The program is run against Pulumi's mocks with the configurations named below, and every input that it sends is written down: each property at
every depth, and each value where only certain ones are allowed. All of them are known to the SDK's declarations, with these types: anything else
is an error, here and in a rehearsal. Beyond that:

- **rule**: whether a change of the property replaces the resource is known from the provider's source. A rehearsal refuses a change that no rule
  covers.
- **bound**: the cloud's API model, or its documentation, bounds the property: a pattern, a length, a range, an enumeration.
- **values**: enumerated values that the program gives. Other sizes of machines, other days of maintenance and other regions are as many more;
  a rehearsal holds them against the same enumerations.
- **set by**: files, by their numbers at the end of the page, that set the same properties and values: public programs, and where none was
  found the provider's own documentation and tests. On Azure, the parts of a resource's address (\`resourceGroupName\`, \`vaultName\`)
  count as seen with the resource.

That somebody sets a property proves its name and its place. It does not prove that the cloud takes all of them together: what is known of
combinations is on the page on fidelity, beside each cloud.
`;

/** The whole page, not yet formatted. */
export function page(clouds: CloudFindings[], evidence: Evidence, uncertain: Uncertain): string {
  const files = new Files(evidence);
  const sections = clouds.map((cloud) => section(cloud, evidence, files));
  return [intro, summary(clouds), ...sections, notCertain(clouds, uncertain), files.list()].join("\n");
}

function summary(clouds: CloudFindings[]): string {
  const sum = (findings: Finding[], of: (each: Finding) => number) => findings.reduce((all, each) => all + of(each), 0);
  return table(
    ["cloud", "types", "properties", "with rule", "with bound", "values", "seen elsewhere"],
    clouds.map(({ title, findings }) => {
      const properties = sum(findings, (each) => each.properties);
      const all = properties + sum(findings, (each) => each.values);
      return [
        title,
        findings.length,
        properties,
        sum(findings, (each) => each.ruled),
        sum(findings, (each) => each.bounded),
        sum(findings, (each) => each.values),
        `${all - sum(findings, (each) => each.unseen.length)} of ${all}`,
      ];
    }),
  );
}

function section({ title, variants, findings, others }: CloudFindings, evidence: Evidence, files: Files): string {
  const rows = findings.map(({ type, properties, ruled, bounded, values }) => [
    `\`${type}\``,
    properties,
    type.startsWith("eks:") ? "its children's" : ruled,
    bounded,
    values,
    (evidence.types[type] ?? []).map((seen) => files.number(seen)).join(", "),
  ]);
  const rest =
    others.length > 0 ? `\nKnown to a rehearsal, and made by a component or left to the user: ${code(others)}.\n` : "";
  return `## ${title}\n\nConfigurations: ${variants.join(", ")}.\n\n${table(
    ["type", "properties", "rule", "bound", "values", "set by"],
    rows,
  )}${rest}`;
}

function notCertain(clouds: CloudFindings[], uncertain: Uncertain): string {
  const all = clouds.flatMap(({ findings }) => findings);
  const unseen = all.flatMap(({ type, unseen: names }) =>
    names.map((name) => [`\`${type}\``, `\`${name}\``, uncertain[type]?.[name] ?? ""]),
  );
  const unruled = all.filter(({ unruled: paths }) => paths.length > 0);
  return `## Not seen in a public program: not certain

The list may only become shorter: a test fails for whatever is not seen and is not in \`tools/fidelity/uncertain.json\`.

${unseen.length > 0 ? table(["type", "property or value", "what is known"], unseen) : "Nothing.\n"}
## Without a rule

A rehearsal refuses a change of these, as it is not known what the provider would do.

${
  unruled.length > 0
    ? table(
        ["type", "properties"],
        unruled.map(({ type, unruled: paths }) => [`\`${type}\``, code(paths)]),
      )
    : "Nothing.\n"
}`;
}

/** The files that the tables name by number, in the order in which they are first named. */
class Files {
  private readonly addresses: string[] = [];
  private readonly names = new Map<string, string>();

  constructor(private readonly evidence: Evidence) {}

  number(seen: Seen): number {
    const address = addressOf(this.evidence, seen);
    if (!this.names.has(address)) {
      this.addresses.push(address);
      this.names.set(address, `${seen.repository}: ${seen.path}`);
    }
    return this.addresses.indexOf(address) + 1;
  }

  list(): string {
    const lines = this.addresses.map((address, index) => `${index + 1}. [${this.names.get(address)}](${address})\n`);
    return `## Set by\n\n${lines.join("")}`;
  }
}

function code(names: string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(" | ")} |\n`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("");
}
