/**
 * Commands in a pod's container, as a kubelet takes them: `POST /exec/<namespace>/<pod>/<container>?command=…`, upgraded to
 * SPDY or WebSocket. Nothing runs in a simulated pod: a command that is known goes well, and every other ends with the exit
 * code of a shell that knows no such command.
 *
 * Source: `InstallDebuggingHandlers` in pkg/kubelet/server/server.go of Kubernetes 1.36.
 */
import { STATUS_CODES, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

/** How a command has ended. */
export interface CommandEnd {
  code: number;
  /** What it has written to its standard error. */
  errors: string;
}

/**
 * @param played what follows `sh -c` in commands that go well.
 * @returns undefined for what is no command.
 */
export function endOf({ url = "" }: Pick<IncomingMessage, "url">, played: readonly string[]): CommandEnd | undefined {
  const { pathname, searchParams } = new URL(url, "http://kubelet");
  if (!/^\/exec\/[^/]+\/[^/]+\/[^/]+$/.test(pathname)) return undefined;
  const [shell, flag, text = "", ...more] = searchParams.getAll("command");
  const goesWell = shell === "sh" && flag === "-c" && more.length === 0 && played.includes(text);
  if (goesWell) return { code: 0, errors: "" };
  return { code: 127, errors: `${shell}: nothing runs in the pods of a simulated cluster\n` };
}

/** Hands an upgrade to the program that speaks for the command; `port` is its own, on 127.0.0.1. */
export function passOn(request: IncomingMessage, socket: Duplex, port: number, end: CommandEnd | undefined): void {
  if (!end) return refuse(socket, 501, "nothing runs in the pods of a simulated cluster");
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const told = [`Exec-Code: ${end.code}`, `Exec-Output: `, `Exec-Errors: ${base64(end.errors)}`];
  const server = connect(port, "127.0.0.1", () => {
    // Headers as they came: pairs of name and value, some of them more than once.
    const headers = request.rawHeaders.flatMap((name, index, all) =>
      index % 2 === 0 && !name.toLowerCase().startsWith("exec-") ? [`${name}: ${all[index + 1]}`] : [],
    );
    server.write([`${request.method} ${request.url} HTTP/1.1`, ...headers, ...told, "", ""].join("\r\n"));
    socket.pipe(server).pipe(socket);
  });
  server.on("error", () => socket.destroy());
  socket.on("error", () => server.destroy());
}

/** Answers to an upgrade that is none. */
export function refuse(socket: Duplex, status: number, text: string): void {
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, "content-type: text/plain; charset=utf-8"];
  socket.end([...head, `content-length: ${Buffer.byteLength(text)}`, "connection: close", "", text].join("\r\n"));
}
