/** Draws boxes, text and arrows as SVG: as much of it as one drawing needs. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Style {
  fill: string;
  stroke: string;
  dashed?: boolean;
}

/** Width of an average character of the font at 1 px: DejaVu Sans and Verdana are the widest that a reader has. */
const characterWidth = 0.58;

export function rectangle({ x, y, width, height }: Box, { fill, stroke, dashed }: Style): string {
  const dashes = dashed ? ' stroke-dasharray="6 4"' : "";
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${fill}" stroke="${stroke}"${dashes}/>`;
}

export function text(
  x: number,
  y: number,
  content: string,
  { size = 12, bold = false, fill = "#1f2933", mono = false, middle = false } = {},
): string {
  const family = mono ? ' font-family="ui-monospace, Menlo, Consolas, monospace"' : "";
  const weight = bold ? ' font-weight="bold"' : "";
  const anchor = middle ? ' text-anchor="middle"' : "";
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}"${weight}${family}${anchor}>${escape(content)}</text>`;
}

/** A line through the points, with a head at its end. */
export function arrow(points: [number, number][]): string {
  const path = points.map(([x, y]) => `${x},${y}`).join(" ");
  return `<polyline points="${path}" fill="none" stroke="#52606d" stroke-width="1.6" marker-end="url(#head)"/>`;
}

/** Words joined to lines that fit into `width` pixels. */
export function wrap(words: string[], width: number, size: number, separator = ", "): string[] {
  const fits = Math.floor(width / (size * characterWidth));
  const lines: string[] = [];
  for (const word of words) {
    const joined = lines.length > 0 ? `${lines.at(-1)}${separator}${word}` : word;
    if (lines.length > 0 && joined.length <= fits) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}

export function document(width: number, height: number, label: string, content: string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(label)}"`,
    `  font-family="Verdana, DejaVu Sans, sans-serif">`,
    `<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">`,
    `<path d="M0,0 L10,5 L0,10 z" fill="#52606d"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...content,
    `</svg>`,
    "",
  ].join("\n");
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
