/**
 * A plain client of one API server: any kind, objects as the JSON that the server sends. `@kubernetes/client-node`
 * reads the kubeconfig and runs its credential plugin; its typed clients are not used, since they rewrite what the
 * server answers (dates, fields they do not know), and every field counts in a state that is compared.
 */
import * as http from "node:http";
import * as https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { isRecord, type Kind, type KubernetesObject, text } from "./objects";

/** An answer of the API server other than success; the message is the server's own. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: number,
    /** `AlreadyExists`, `NotFound`, `Invalid`, … */
    readonly reason: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** The server has no such kind: most often a custom resource before its definition. */
export class NoMatchError extends Error {
  constructor(readonly missing: Kind) {
    super(`no matches for kind "${missing.kind}" in version "${missing.apiVersion}"`);
  }
}

/** The server did not answer at all. */
export class UnreachableError extends Error {}

export interface ApiResource {
  name: string;
  kind: string;
  namespaced: boolean;
}

export interface WriteOptions {
  fieldManager?: string;
  dryRun?: boolean;
}

type Query = Record<string, string | boolean | undefined>;

const connectTimeoutMs = 10_000;

export class KubernetesApi {
  private readonly resources = new Map<string, ApiResource[]>();

  constructor(private readonly config: KubeConfig) {}

  get server(): string {
    return this.config.getCurrentCluster()?.server ?? "";
  }

  /** @throws UnreachableError, ApiError */
  async version(): Promise<{ gitVersion: string }> {
    return (await this.request("GET", "/version")) as { gitVersion: string };
  }

  /**
   * How the server calls a kind.
   * @throws NoMatchError where it does not know it.
   */
  async resource({ apiVersion, kind }: Kind): Promise<ApiResource> {
    const known = this.resources.get(apiVersion)?.find((resource) => resource.kind === kind);
    if (known) return known;
    let list: unknown;
    try {
      list = await this.request("GET", groupPath(apiVersion));
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) throw new NoMatchError({ apiVersion, kind });
      throw error;
    }
    const all = isRecord(list) && Array.isArray(list.resources) ? (list.resources as ApiResource[]) : [];
    const resources = all.filter((resource) => !resource.name.includes("/"));
    this.resources.set(apiVersion, resources);
    const found = resources.find((resource) => resource.kind === kind);
    if (!found) throw new NoMatchError({ apiVersion, kind });
    return found;
  }

  /** Forgets what kinds the server has, after a definition was added. */
  forgetResources(): void {
    this.resources.clear();
  }

  async get(kind: Kind, namespace: string | undefined, name: string): Promise<KubernetesObject> {
    return (await this.request("GET", await this.path(kind, namespace, name))) as KubernetesObject;
  }

  async find(kind: Kind, namespace: string | undefined, name: string): Promise<KubernetesObject | undefined> {
    try {
      return await this.get(kind, namespace, name);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** All namespaces where `namespace` is undefined. */
  async list(kind: Kind, namespace?: string, query: Query = {}): Promise<KubernetesObject[]> {
    const { items } = (await this.request("GET", await this.path(kind, namespace), { query })) as {
      items: KubernetesObject[] | null;
    };
    // The items of a list carry neither version nor kind.
    return (items ?? []).map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
  }

  async create(object: KubernetesObject, { fieldManager, dryRun }: WriteOptions = {}): Promise<KubernetesObject> {
    return (await this.request("POST", await this.path(object, object.metadata.namespace ?? "default"), {
      body: object,
      query: { fieldManager, fieldValidation: "Strict", dryRun: dryRun ? "All" : undefined },
    })) as KubernetesObject;
  }

  /** Puts the whole object in the place of the old one. */
  async replace(object: KubernetesObject, { fieldManager, dryRun }: WriteOptions = {}): Promise<KubernetesObject> {
    const path = await this.path(object, object.metadata.namespace ?? "default", object.metadata.name);
    return (await this.request("PUT", path, {
      body: object,
      query: { fieldManager, fieldValidation: "Strict", dryRun: dryRun ? "All" : undefined },
    })) as KubernetesObject;
  }

  /** Server-side apply. */
  async apply(object: KubernetesObject, options: WriteOptions & { force?: boolean }): Promise<KubernetesObject> {
    const path = await this.path(object, object.metadata.namespace ?? "default", object.metadata.name);
    return (await this.request("PATCH", path, {
      body: object,
      contentType: "application/apply-patch+yaml",
      query: {
        fieldManager: options.fieldManager,
        force: options.force,
        fieldValidation: "Strict",
        dryRun: options.dryRun ? "All" : undefined,
      },
    })) as KubernetesObject;
  }

  async patchJson(object: KubernetesObject, operations: object[]): Promise<KubernetesObject> {
    const path = await this.path(object, object.metadata.namespace ?? "default", object.metadata.name);
    return (await this.request("PATCH", path, {
      body: operations,
      contentType: "application/json-patch+json",
    })) as KubernetesObject;
  }

  async delete(kind: Kind, namespace: string | undefined, name: string, propagationPolicy: string): Promise<void> {
    await this.request("DELETE", await this.path(kind, namespace, name), {
      body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy },
    });
  }

  private async path(kind: Kind, namespace?: string, name?: string): Promise<string> {
    const resource = await this.resource(kind);
    const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    const object = name === undefined ? "" : `/${encodeURIComponent(name)}`;
    return `${groupPath(kind.apiVersion)}${scope}/${resource.name}${object}`;
  }

  /** @throws ApiError, UnreachableError */
  async request(
    method: string,
    path: string,
    {
      body,
      contentType = "application/json",
      query = {},
    }: { body?: unknown; contentType?: string; query?: Query } = {},
  ): Promise<unknown> {
    const url = new URL(this.server + path);
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    const payload = body === undefined ? undefined : JSON.stringify(body);
    let answer: { status: number; text: string };
    try {
      answer = await this.send(method, url, payload, contentType);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new UnreachableError(`${method} "${url.origin}${url.pathname}": ${cause.trim()}`);
    }
    const parsed = parseJson(answer.text);
    if (answer.status < 300) return parsed;
    if (isRecord(parsed) && parsed.kind === "Status") {
      const details = isRecord(parsed.details) ? parsed.details : {};
      throw new ApiError(String(parsed.message), answer.status, text(parsed.reason), details);
    }
    throw new ApiError(`the server answered ${answer.status} to ${method} ${url.pathname}`, answer.status, "");
  }

  private async send(method: string, url: URL, payload: string | undefined, contentType: string, again = true) {
    const options: https.RequestOptions = { method };
    await this.config.applyToHTTPSOptions(options);
    if (options.agent instanceof http.Agent) Object.assign(options.agent, { keepAlive: true });
    options.headers = {
      ...options.headers,
      accept: "application/json",
      ...(payload === undefined
        ? {}
        : { "content-type": contentType, "content-length": String(Buffer.byteLength(payload)) }),
    };
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = (url.protocol === "http:" ? http : https).request(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      const timer = setTimeout(() => request.destroy(new Error("i/o timeout")), connectTimeoutMs);
      request.on("socket", (socket) => {
        if (!socket.connecting) clearTimeout(timer);
        socket.once("secureConnect", () => clearTimeout(timer));
        socket.once("connect", () => clearTimeout(timer));
      });
      request.on("response", () => clearTimeout(timer));
      request.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        // A kept connection that the server has closed in the meantime: the request never arrived.
        if (again && request.reusedSocket && error.code === "ECONNRESET") {
          this.send(method, url, payload, contentType, false).then(resolve, reject);
        } else reject(error);
      });
      request.end(payload);
    });
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 404;
}
