/** The drawing of the program: what you write, what Pulumi makes of it in the cloud and on the cluster, what Git adds. */
import type { Part, Parts } from "./parts";
import { arrow, type Box, document, rectangle, type Style, text, wrap } from "./svg";

const width = 1240;
const margin = 20;
const gap = 14;
const titleSize = 13;
const lineSize = 11;
const lineHeight = 15;

const styles = {
  user: { fill: "#fff8e6", stroke: "#d9a521" },
  cloud: { fill: "#eef6ff", stroke: "#3f7fc1" },
  kubernetes: { fill: "#f0faf3", stroke: "#3d9a5f" },
  git: { fill: "#f7f0fb", stroke: "#8a56b1" },
  part: { fill: "#ffffff", stroke: "#9aa5b1" },
} satisfies Record<string, Style>;

export interface Delivered {
  /** Applications by name, with the namespace that each one goes to. */
  applications: { name: string; namespace: string }[];
  /** Folder of the gitops repository that the root Application reads. */
  folder: string;
}

/** @returns SVG. */
export function draw({ cloud, kubernetes }: Parts, delivered: Delivered): string {
  const content: string[] = [];
  const inner = width - 2 * margin - gap;
  const sources = row(
    [
      source("1  You write", ["Pulumi.<stack>.yaml", "cloud, environment, region, …"]),
      source("2  It is checked", ["components/config.ts", "all problems at once, with defaults"]),
      source("3  pulumi up", ["index.ts", "config → cluster → platform → outputs"]),
      source("6  You push", [`${delivered.folder}/`, "applications as Kustomize"]),
    ],
    margin,
    margin,
    inner,
  );
  sources.forEach(({ part, box }, index) => {
    content.push(card(part, box, index === 3 ? styles.git : styles.user));
    const next = sources[index + 1];
    if (next && index < 2) content.push(across(box, next.box));
  });
  const program = sources[2]?.box ?? { x: 0, y: 0, width: 0, height: 0 };
  const git = sources[3]?.box ?? program;

  const cloudBand = band(
    bottom(program) + 36,
    "4  In the cloud account",
    "components/clouds/: one file a cloud; here AWS",
    cloud,
  );
  content.push(rectangle(cloudBand.box, styles.cloud), ...cloudBand.content);
  content.push(
    arrow([
      [centre(program), bottom(program)],
      [centre(program), cloudBand.box.y],
    ]),
  );

  const platform = band(
    bottom(cloudBand.box) + 36,
    "5  On the cluster",
    "neutral components: the same code on every cloud",
    kubernetes,
  );
  const passed = "a Kubernetes provider, and traits as plain data (components/cluster.ts)";
  content.push(rectangle(platform.box, styles.kubernetes), ...platform.content);
  content.push(
    arrow([
      [120, bottom(cloudBand.box)],
      [120, platform.box.y],
    ]),
    text(132, bottom(cloudBand.box) + 22, passed),
  );

  const applications: Part[] = delivered.applications.map(({ name, namespace }) => ({
    title: name,
    file: `namespace ${namespace}`,
    lines: ["synced and healed by Argo CD"],
  }));
  const added = band(bottom(platform.box) + 36, "7  From Git", "no Pulumi: a commit is enough", applications);
  content.push(rectangle(added.box, styles.git), ...added.content);
  const hand = "the root Application: Argo CD reads the folder";
  content.push(
    arrow([
      [120, bottom(platform.box)],
      [120, added.box.y],
    ]),
    text(132, bottom(platform.box) + 22, hand),
  );
  const edge = width - margin / 2;
  const right = git.x + git.width;
  content.push(
    arrow([
      [right, git.y + git.height / 2],
      [edge, git.y + git.height / 2],
      [edge, added.box.y + added.box.height / 2],
      [added.box.x + added.box.width, added.box.y + added.box.height / 2],
    ]),
  );
  return document(width, bottom(added.box) + margin, "What a stack consists of, and who makes it", content);
}

function source(title: string, [file = "", ...lines]: string[]): Part {
  return { title, file, lines };
}

interface Placed {
  part: Part;
  box: Box;
}

/** Parts side by side, all as high as the highest. */
function row(parts: Part[], x: number, y: number, available: number): Placed[] {
  const each = (available - gap * (parts.length - 1)) / parts.length;
  const height = Math.max(...parts.map((part) => heightOf(part, each)));
  return parts.map((part, index) => ({ part, box: { x: x + index * (each + gap), y, width: each, height } }));
}

/** A frame over the whole width with its parts in four columns, each part in the column that is shortest so far. */
function band(y: number, title: string, note: string, parts: Part[]): { box: Box; content: string[] } {
  const box: Box = { x: margin, y, width: width - 2 * margin - gap, height: 0 };
  const columns = Math.min(4, parts.length);
  const each = (box.width - gap * (columns + 1)) / columns;
  const heights = Array.from({ length: columns }, () => y + 40);
  const content = [
    text(box.x + gap, y + 24, title, { size: 15, bold: true }),
    text(box.x + gap + title.length * 10 + 16, y + 24, note, { fill: "#52606d" }),
  ];
  for (const part of [...parts].sort((one, other) => heightOf(other, each) - heightOf(one, each))) {
    const column = heights.indexOf(Math.min(...heights));
    const top = heights[column] ?? y;
    const place = { x: box.x + gap + column * (each + gap), y: top, width: each, height: heightOf(part, each) };
    content.push(card(part, place, styles.part));
    heights[column] = top + place.height + gap;
  }
  box.height = Math.max(...heights) - y;
  return { box, content };
}

function linesOf(part: Part, available: number): string[] {
  const charts = part.lines.filter((line) => /^(chart|EKS) /.test(line));
  const others = part.lines.filter((line) => !charts.includes(line));
  return [...charts, ...wrap(others, available - 24, lineSize)];
}

function heightOf(part: Part, available: number): number {
  return 48 + linesOf(part, available).length * lineHeight;
}

function card(part: Part, box: Box, style: Style): string {
  return [
    rectangle(box, style),
    text(box.x + 12, box.y + 20, part.title, { size: titleSize, bold: true }),
    text(box.x + 12, box.y + 36, part.file, { size: 10.5, mono: true, fill: "#52606d" }),
    ...linesOf(part, box.width).map((line, index) =>
      text(box.x + 12, box.y + 54 + index * lineHeight, line, { size: lineSize }),
    ),
  ].join("\n");
}

function across(from: Box, to: Box): string {
  const y = from.y + from.height / 2;
  return arrow([
    [from.x + from.width, y],
    [to.x, y],
  ]);
}

function bottom({ y, height }: Box): number {
  return y + height;
}

function centre({ x, width: own }: Box): number {
  return x + own / 2;
}
