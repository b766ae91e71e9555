/** Plain GETs of an API server: answers as they are on the wire, where a typed client would rename fields. */
import * as http from "node:http";
import * as https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";

/** What an API server answered in place of what was asked for. */
export class AnswerError extends Error {
  constructor(
    readonly status: number,
    path: string,
  ) {
    super(`the API server answered ${status} to GET ${path}`);
  }
}

/**
 * @param path from the server's root, with its query.
 * @param accept media type of the answer; JSON unless set.
 * @throws AnswerError for every answer but 2xx, Error where the server is not reached within `timeoutMs`.
 */
export async function get(
  config: KubeConfig,
  path: string,
  { accept = "application/json", timeoutMs = 60_000 }: { accept?: string; timeoutMs?: number } = {},
): Promise<unknown> {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error("the kubeconfig names no cluster");
  const url = new URL(path, `${cluster.server.replace(/\/$/, "")}/`);
  const options: https.RequestOptions = { method: "GET" };
  await config.applyToHTTPSOptions(options);
  options.headers = { ...options.headers, accept };
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = (url.protocol === "http:" ? http : https).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
      });
    });
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`GET ${url.pathname}: no answer in ${timeoutMs} ms`)));
    sent.on("error", reject);
    sent.end();
  });
  if (status < 200 || status > 299) throw new AnswerError(status, url.pathname);
  return JSON.parse(text) as unknown;
}
