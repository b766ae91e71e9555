/** The HTTP proxy that the user's environment asks for, as kubectl and the clouds' own tools read it. */

/**
 * @param server the API server's address.
 * @returns what `HTTPS_PROXY` has, unless `NO_PROXY` names the server's host or a domain above it.
 */
export function proxyFromEnvironment(server: string, environment = process.env): string | undefined {
  const read = (name: string) => environment[name] || environment[name.toLowerCase()] || undefined;
  const { hostname } = new URL(server);
  const direct = (read("NO_PROXY") ?? "").split(",").map((entry) => entry.trim().replace(/^\*?\./, ""));
  const isDirect = direct.some((entry) => entry === "*" || entry === hostname || hostname.endsWith(`.${entry}`));
  return isDirect ? undefined : read("HTTPS_PROXY");
}
