/** A moment in a name of Velero's: `20261121-093000`, UTC. */
export function stamp(): string {
  return new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
}
