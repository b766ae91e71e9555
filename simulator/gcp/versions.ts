/**
 * What GKE offers on 2026-11-21: patches by minor version, and the minor versions of each release channel.
 *
 * Sources: https://cloud.google.com/kubernetes-engine/docs/release-schedule; patches:
 * https://endoflife.date/google-kubernetes-engine as of 2026-08-22 (nothing newer was at hand). A version without standard
 * support is offered in the channel EXTENDED only: https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
 */
const patches: Record<string, string> = {
  "1.32": "1.32.13-gke.2314000",
  "1.33": "1.33.13-gke.1499000",
  "1.34": "1.34.9-gke.1655001",
  "1.35": "1.35.7-gke.1222000",
  "1.36": "1.36.3-gke.1640000",
};

const channels: Record<string, { versions: string[]; preferred: string }> = {
  RAPID: { versions: ["1.35", "1.36"], preferred: "1.36" },
  REGULAR: { versions: ["1.35", "1.36"], preferred: "1.35" },
  STABLE: { versions: ["1.35", "1.36"], preferred: "1.35" },
  EXTENDED: { versions: ["1.32", "1.33", "1.34", "1.35", "1.36"], preferred: "1.35" },
  /** No channel. */
  UNSPECIFIED: { versions: ["1.35", "1.36"], preferred: "1.35" },
};

/**
 * The patch that a wanted version means (`1.36`, `1.36.3`, `1.36.3-gke.1640000`, `latest`, `-`, nothing) in a channel.
 * @returns undefined where the channel has none of it
 */
export function resolveVersion(wanted: string, channel: string): string | undefined {
  const { versions, preferred } = channels[channel] ?? { versions: [], preferred: "" };
  if (wanted === "" || wanted === "-") return patches[preferred];
  if (wanted === "latest") return patches[versions.at(-1) ?? ""];
  const found = versions.find((version) => wanted === version || wanted.startsWith(`${version}.`));
  const patch = patches[found ?? ""];
  return patch?.startsWith(wanted) ? patch : undefined;
}

/** The minor number: 36 of `1.36` and of `1.36.3-gke.1640000`. */
export function minor(version: string): number {
  return Number(version.split(".")[1]);
}

/** `1.36` of `1.36.3-gke.1640000`. */
export function minorVersion(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
