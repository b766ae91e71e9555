/** Lines of a known_hosts file: which keys an ssh server may show. */

/** What servers sign with today (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
const keyTypes = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

const hostNames = /^(\[[\w.:-]+\]:\d{1,5}|[\w.:-]+)(,(\[[\w.:-]+\]:\d{1,5}|[\w.:-]+))*$/;

/** Why the text is no line that Argo CD can match a host with; undefined where it is one. */
export function knownHostProblem(line: string): string | undefined {
  const [names = "", type = "", key = "", ...rest] = line.split(" ");
  if (/[\r\n]/.test(line)) return "has several lines; write each as an entry of its own";
  if (names.startsWith("|")) return "hides its host behind a hash; write it plainly, as ssh-keyscan does";
  if (key === "" || rest.length > 0 || !hostNames.test(names)) {
    return "is no line of known_hosts; write host, type and key, as ssh-keyscan <host> tells them";
  }
  if (!keyTypes.includes(type)) return `has no type of key that is known; these are ${keyTypes.join(", ")}`;
  return typeInside(key) === type ? undefined : `holds no whole key of type ${type}; copy the line anew`;
}

/** The hosts of a line as known_hosts names them, `[host]:port` where the port is not 22. */
export function hostsOf(line: string): string[] {
  return (line.split(" ")[0] ?? "").split(",");
}

/** A key begins with its type, the length of that in four bytes before it, and goes on: RFC 4253, section 6.6. */
function typeInside(key: string): string | undefined {
  const bytes = Buffer.from(key, "base64");
  if (bytes.toString("base64") !== key || bytes.length < 4) return undefined;
  const fields: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    fields.push(bytes.toString("latin1", at + 4, end));
    at = end;
  }
  return fields.length > 1 ? fields[0] : undefined;
}
