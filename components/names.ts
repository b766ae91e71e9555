/** Prefix of the names of all that a stack makes, and its cluster's own name in the cloud: `platform-prod`. */
export function namePrefix(stack: string): string {
  return `platform-${stack}`;
}
