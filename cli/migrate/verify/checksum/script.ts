/**
 * What reads a volume: a command of a POSIX shell, with the programs that BusyBox and the GNU project both have. It writes
 * JSON with the number of files, their bytes, and one SHA-256 over everything.
 *
 * Names may hold anything, line ends too, so lists of them are separated by null bytes, and are sorted as bytes. Into the sum
 * go each file's digest and name, each size, each folder's name and each link with where it leads; not owners, rights and
 * times, which some file systems do not keep. `lost+found` is ext4's, `.velero` what a restore tells a pod by.
 */
export const script = `
set -eu
export LC_ALL=C
cd "$VOLUME"
own() { find . \\( -path ./lost+found -o -path ./.velero \\) -prune -o "$@" -print0; }
own -type f > "$SCRATCH/files"
own ! -type f ! -type s ! -type p > "$SCRATCH/others"
sort -z "$SCRATCH/files" > "$SCRATCH/names"
sort -z "$SCRATCH/others" > "$SCRATCH/other-names"
xargs -0 -r sha256sum < "$SCRATCH/names" > "$SCRATCH/sums"
xargs -0 -r stat -c %s < "$SCRATCH/names" > "$SCRATCH/sizes"
xargs -0 -r stat -c '%F %N' < "$SCRATCH/other-names" > "$SCRATCH/kinds"
files=$(wc -l < "$SCRATCH/sizes")
bytes=$(awk '{ sum += $1 } END { printf "%.0f", sum }' "$SCRATCH/sizes")
sum=$(cat "$SCRATCH/sums" "$SCRATCH/sizes" "$SCRATCH/kinds" | sha256sum)
printf '{"files":%d,"bytes":%s,"sha256":"%s"}' "$((files))" "$bytes" "\${sum%% *}" > "$RESULT"
`.trim();

/** What the script has found. */
export interface Checksum {
  files: number;
  bytes: number;
  sha256: string;
}

/** @throws Error where that is no answer of the script's. */
export function parseChecksum(words: string): Checksum {
  const { files, bytes, sha256 } = JSON.parse(words) as Partial<Checksum>;
  if (typeof files !== "number" || typeof bytes !== "number" || !/^[0-9a-f]{64}$/.test(sha256 ?? "")) {
    throw new Error(`no checksum: ${words}`);
  }
  return { files, bytes, sha256: sha256 ?? "" };
}
