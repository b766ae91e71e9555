/**
 * Commands of a POSIX shell, with the programs that BusyBox and the GNU project both have, and promtool. Each writes what it
 * has found as JSON to the file RESULT. Paths come by variables: VOLUME is the program's own volume, FOLDER where in it its
 * files are, STAGED the volume that travels, SCRATCH an empty folder.
 *
 * What travels is `data`, and beside it `manifest`: SHA-256 and name of each file, as they were on the source.
 */

const begin = `
set -eu
export LC_ALL=C
fail() { echo "$1"; exit 1; }
`;

/** Writes the manifest of the files that are staged, by reading them in the folder that they were copied from. */
const listFiles = `
(cd "$STAGED/data" && find . -type f -print0) | sort -z > "$SCRATCH/names"
xargs -0 -r sha256sum < "$SCRATCH/names" > "$STAGED/manifest"
xargs -0 -r stat -c %s < "$SCRATCH/names" > "$SCRATCH/sizes"
files=$(wc -l < "$SCRATCH/sizes")
bytes=$(awk '{ sum += $1 } END { printf "%.0f", sum }' "$SCRATCH/sizes")
sum=$(sha256sum < "$STAGED/manifest")
sync
printf '{"files":%d,"bytes":%s,"sha256":"%s"' "$((files))" "$bytes" "\${sum%% *}" > "$RESULT"
`;

/** Blocks as promtool reads them: how many, from and to when (milliseconds since 1970), how many samples. */
const listBlocks = `
blocks() {
  promtool tsdb list "$1" > "$SCRATCH/blocks"
  awk 'NR > 1 { n++; if (n == 1 || $2 < from) from = $2; if ($3 > to) to = $3; samples += $5 }
    END { printf "\\"blocks\\":%d,\\"from\\":%.0f,\\"to\\":%.0f,\\"samples\\":%.0f", n, from, to, samples }' "$SCRATCH/blocks"
}
`;

/**
 * Has Prometheus take a snapshot (https://prometheus.io/docs/prometheus/latest/querying/api/#snapshot), copies those of its
 * blocks that end after SINCE (milliseconds since 1970), and deletes the snapshot. API is where Prometheus listens. A file
 * marks a snapshot as the migration's, so that one of a Job that was killed goes too.
 */
export const snapshotScript = `${begin}${listBlocks}
cd "$VOLUME/$FOLDER"
for mark in snapshots/*/.migration; do [ ! -e "$mark" ] || rm -rf "\${mark%/*}"; done
rm -rf "$STAGED/data" && mkdir "$STAGED/data"
answer=$(wget -q -O - --post-data= "$API/api/v1/admin/tsdb/snapshot")
name=$(printf %s "$answer" | sed -n 's/.*"name":"\\([^"]*\\)".*/\\1/p')
[ -n "$name" ] || fail "Prometheus has taken no snapshot: $answer"
cd "snapshots/$name"
touch .migration
for block in */; do
  newest=$(sed -n 's/.*"maxTime": *\\([0-9]*\\).*/\\1/p' "\${block}meta.json" | head -n 1)
  [ "$newest" -le "$SINCE" ] || cp -R "\${block%/}" "$STAGED/data/"
done
found=$(blocks "$STAGED/data")
${listFiles}
printf ',%s}' "$found" >> "$RESULT"
rm -rf "$PWD"
`;

/** Copies all that is there, of a program that is stopped. */
export const copyScript = `${begin}
mkdir -p "$VOLUME/$FOLDER"
cd "$VOLUME/$FOLDER"
rm -rf "$STAGED/data" && mkdir "$STAGED/data"
find . -mindepth 1 -maxdepth 1 ! -name lost+found ! -name .velero ! -name .migration -exec cp -R {} "$STAGED/data/" ';'
${listFiles}
printf '}' >> "$RESULT"
`;

/** Brings what is staged into the volume's own .migration folder, and fails where a file is not as it was on the source. */
const bring = `
sum=$(sha256sum < "$STAGED/manifest")
[ "\${sum%% *}" = "$SHA256" ] || fail "the list of files is not the one that the source has written"
new="$VOLUME/.migration"
rm -rf "$new" && mkdir "$new"
cp -R "$STAGED/data" "$STAGED/manifest" "$new/"
cd "$new/data"
if [ -s ../manifest ]; then
  sha256sum -c ../manifest > "$SCRATCH/checked" || fail "not as on the source: $(grep -v ': OK$' "$SCRATCH/checked" | head -n 3)"
fi
files=$(find . -type f | wc -l)
[ "$files" -eq "$(wc -l < ../manifest)" ] || fail "$((files)) files, and not those that the source has listed"
mkdir -p "$VOLUME/$FOLDER"
`;

/**
 * Adds blocks to what Prometheus has, which may run: it looks for new ones once a minute, merges what overlaps, and takes
 * nothing for a block that is not called like one. FRESH is \`yes\` where what is there is an earlier attempt's.
 */
export const addBlocksScript = `${begin}${listBlocks}${bring}
found=$(blocks .)
if [ "$FRESH" = yes ]; then find "$VOLUME/$FOLDER" -mindepth 1 -maxdepth 1 -exec rm -rf {} ';'; fi
for block in */; do
  [ ! -d "$block" ] || [ -e "$VOLUME/$FOLDER/$block" ] || mv "\${block%/}" "$VOLUME/$FOLDER/"
done
rm -rf "$new/data"
sync
printf '{%s}' "$found" > "$RESULT"
`;

/** Takes the place of whatever a program that is stopped has. */
export const replaceScript = `${begin}${bring}
find "$VOLUME/$FOLDER" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name .migration -exec rm -rf {} ';'
find . -mindepth 1 -maxdepth 1 -exec mv {} "$VOLUME/$FOLDER/" ';'
rm -rf "$new/data"
sync
printf '{}' > "$RESULT"
`;

/**
 * Whether the blocks that were brought are still there: each with its files as on the source, or as a part of one that
 * Prometheus has made of several since.
 */
export const checkScript = `${begin}${listBlocks}
manifest="$VOLUME/.migration/manifest"
[ -e "$manifest" ] || fail "no history has been brought here"
cd "$VOLUME/$FOLDER"
missing=0
for block in $(sed 's|^[^ ]* *[.]/\\([^/]*\\)/.*|\\1|' "$manifest" | sort -u); do
  if [ -d "$block" ]; then
    grep -F "  ./$block/" "$manifest" | sha256sum -c > "$SCRATCH/checked" 2>&1 || missing=$((missing + 1))
  elif ! grep -qsF "\\"$block\\"" */meta.json; then
    missing=$((missing + 1))
  fi
done
printf '{%s,"missing":%d}' "$(blocks .)" "$missing" > "$RESULT"
`;

/** All of them: what a rehearsal lets pods run. */
export const monitoringScripts = [snapshotScript, copyScript, addBlocksScript, replaceScript, checkScript].map((one) =>
  one.trim(),
);
