/** What is told of Applications, by an API server that says what the test wants. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  applications,
  applicationStates,
  approve,
  waitForSync,
  type Application,
} from "../../../simulator/argocd/applications";

/** Answers in turn, the last one for ever; undefined is an answer with status 503. */
let answers: (Application[] | undefined)[] = [];
let asked = 0;
/** How often workloads were listed. */
let listed = 0;
const patched: [string, unknown][] = [];
const workloads: Record<string, unknown[]> = {
  "/apis/apps/v1/deployments": [
    {
      metadata: { namespace: "default", name: "web" },
      spec: { replicas: 3 },
      status: { readyReplicas: 2 },
    },
    { metadata: { namespace: "default", name: "another's" }, spec: { replicas: 7 } },
  ],
  "/apis/apps/v1/statefulsets": [{ metadata: { namespace: "default", name: "db" }, spec: {}, status: {} }],
  "/apis/apps/v1/daemonsets": [
    { metadata: { namespace: "default", name: "agent" }, status: { desiredNumberScheduled: 4, numberReady: 4 } },
  ],
};
let server: Server;
const config = new KubeConfig();

beforeAll(async () => {
  server = createServer((request, response) => {
    const json = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const items = workloads[request.url ?? ""];
    if (items) {
      listed++;
      return json(200, { items });
    }
    if (request.method === "PATCH") {
      let body = "";
      request.on("data", (part) => (body += String(part)));
      request.on("end", () => {
        patched.push([String(request.url), JSON.parse(body)]);
        json(200, {});
      });
      return;
    }
    if (request.url !== "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications") return json(404, {});
    const answer = answers[Math.min(asked++, answers.length - 1)];
    return answer ? json(200, { items: answer }) : json(503, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: "test", server: address, skipTLSVerify: true }, { name: "test" });
});

beforeEach(() => {
  asked = 0;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

function application(name: string, sync?: string, health?: string, more: Partial<Application> = {}): Application {
  return {
    metadata: { name, namespace: "argocd" },
    spec: { project: "default", syncPolicy: { automated: {} } },
    ...more,
    status: { ...(sync && { sync: { status: sync } }), ...(health && { health: { status: health } }), ...more.status },
  };
}

describe("applications", () => {
  it("lists each with its states, by name", async () => {
    const resources = [
      { kind: "Deployment", namespace: "default", name: "web" },
      { kind: "StatefulSet", namespace: "default", name: "db" },
      { kind: "DaemonSet", namespace: "default", name: "agent" },
      { kind: "Service", namespace: "default", name: "web" },
    ];
    const web = application("web", "Synced", "Progressing", { status: { resources } });
    web.metadata.annotations = { "argocd.argoproj.io/sync-wave": "-2" };
    answers = [[web, application("api"), application("shop", "OutOfSync", "Missing", { spec: { project: "p" } })]];
    const nothing = { ready: 0, total: 0 };
    const common = { project: "default", wave: 0, waitsForApproval: false, pods: nothing };
    expect(await applications(config)).toEqual([
      { ...common, name: "api", sync: "Unknown", health: "Unknown" },
      { ...common, name: "shop", project: "p", sync: "OutOfSync", health: "Missing", waitsForApproval: true },
      { ...common, name: "web", sync: "Synced", health: "Progressing", wave: -2, pods: { ready: 6, total: 8 } },
    ]);
  });

  it("asks for nothing but the Applications where nobody wants to know of pods", async () => {
    answers = [[application("web", "Synced", "Healthy"), application("api", "OutOfSync", "Missing")]];
    listed = 0;
    const common = { project: "default", wave: 0, waitsForApproval: false };
    expect(await applicationStates(config)).toEqual([
      { ...common, name: "api", sync: "OutOfSync", health: "Missing" },
      { ...common, name: "web", sync: "Synced", health: "Healthy" },
    ]);
    expect(listed).toBe(0);
  });
});

describe("approve", () => {
  it("syncs with the Application's own options and retries", async () => {
    const syncPolicy = { syncOptions: ["ServerSideApply=true"], retry: { limit: 3 } };
    answers = [[application("shop", "OutOfSync", "Missing", { spec: { project: "p", syncPolicy } })]];
    await approve(config, "shop");
    const operation = {
      initiatedBy: { username: "approver" },
      sync: { syncOptions: ["ServerSideApply=true"] },
      retry: { limit: 3 },
    };
    expect(patched).toEqual([["/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop", { operation }]]);
    await expect(approve(config, "nobody")).rejects.toThrow("there is no Application nobody");
  });
});

describe("waitForSync", () => {
  const done = application("web", "Synced", "Healthy");

  it("waits through failures and unreadable moments, and tells each change once", async () => {
    const failed = application("web", "OutOfSync", "Missing", {
      status: { operationState: { phase: "Failed", message: "one of the objects is invalid, retrying" } },
    });
    answers = [undefined, [failed], [failed], [done]];
    const lines: string[] = [];
    await waitForSync(config, { settleSeconds: 0, timeoutSeconds: 10, onProgress: (line) => lines.push(line) });
    expect(lines).toEqual([expect.stringContaining("the Applications can't be read"), "web: OutOfSync, Missing"]);
    expect(asked).toBe(4);
  });

  it("does not wait for Applications that a person syncs", async () => {
    const manual = { spec: { project: "default" } };
    const off = { spec: { project: "default", syncPolicy: { automated: { enabled: false } } } };
    answers = [
      [done, application("manual", "OutOfSync", "Missing", manual), application("off", "OutOfSync", "Missing", off)],
    ];
    await waitForSync(config, { settleSeconds: 0, timeoutSeconds: 5 });
    expect(asked).toBe(1);
  });

  it("waits for what a person has synced", async () => {
    const manual = { spec: { project: "default" } };
    answers = [
      [done, application("manual", "Synced", "Progressing", manual)],
      [done, application("manual", "Synced", "Healthy", manual)],
    ];
    await waitForSync(config, { settleSeconds: 0, timeoutSeconds: 5, approved: ["manual"] });
    expect(asked).toBe(2);
  });

  it("waits until it stays so: a parent says so before it has seen its child change", async () => {
    const seen = [["Healthy"], ["Progressing"], ["Healthy"]].map(([health]) => [application("web", "Synced", health)]);
    answers = seen;
    const lines: string[] = [];
    await waitForSync(config, { settleSeconds: 0.3, timeoutSeconds: 5, onProgress: (line) => lines.push(line) });
    expect(lines).toEqual(["web: Synced, Progressing"]);
    expect(asked).toBeGreaterThanOrEqual(4);
  });

  it("waits for a commit", async () => {
    const at = (revision: string) =>
      application("web", undefined, undefined, {
        status: { sync: { status: "Synced", revision }, health: { status: "Healthy" } },
      });
    answers = [[at("old")], [at("new")]];
    await waitForSync(config, { settleSeconds: 0, timeoutSeconds: 5, revision: "new" });
    expect(asked).toBe(2);
  });

  it.each([
    ["no Application at all", [[]], {}, "namespace argocd has no Application"],
    ["one that never comes", [[done]], { expected: ["web", "api"] }, "api: there is no such Application"],
    [
      "resources in the way",
      [
        [
          application("web", "OutOfSync", "Degraded", {
            status: {
              conditions: [{ type: "SyncError", message: "retried 3 times" }],
              operationState: { phase: "Failed", message: "one object was refused" },
              resources: [
                { kind: "Service", namespace: "dev", name: "web", status: "Synced", health: { status: "Healthy" } },
                { kind: "Namespace", name: "dev", status: "OutOfSync" },
                {
                  kind: "Deployment",
                  namespace: "dev",
                  name: "web",
                  status: "Synced",
                  health: { status: "Degraded", message: "no progress" },
                },
              ],
            },
          }),
        ],
      ],
      {},
      [
        "after 0.1 s not every Application is Synced and Healthy:",
        "web: OutOfSync, Degraded",
        "  SyncError: retried 3 times",
        "  sync Failed: one object was refused",
        "  Namespace dev: OutOfSync",
        "  Deployment dev/web: Synced, Degraded: no progress",
      ].join("\n"),
    ],
  ])("says on time-out what is missing: %s", async (_, given, options, message) => {
    answers = given;
    await expect(waitForSync(config, { settleSeconds: 0, timeoutSeconds: 0.1, ...options })).rejects.toThrow(message);
  });
});
