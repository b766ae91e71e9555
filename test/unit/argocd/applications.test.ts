/** What is told of Applications, by an API server that says what the test wants. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { applications, waitForSync, type Application } from "../../../simulator/argocd/applications";

/** Answers in turn, the last one for ever; undefined is an answer with status 503. */
let answers: (Application[] | undefined)[] = [];
let asked = 0;
let server: Server;
const config = new KubeConfig();

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    if (request.url !== "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications") response.writeHead(404).end();
    else if (!answer) response.writeHead(503, { "content-type": "application/json" }).end("{}");
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ items: answer }));
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
    answers = [[application("web", "Synced", "Progressing"), application("api")]];
    expect(await applications(config)).toEqual([
      { name: "api", project: "default", sync: "Unknown", health: "Unknown" },
      { name: "web", project: "default", sync: "Synced", health: "Progressing" },
    ]);
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
    await waitForSync(config, { timeoutSeconds: 10, onProgress: (line) => lines.push(line) });
    expect(lines).toEqual([expect.stringContaining("the Applications can't be read"), "web: OutOfSync, Missing"]);
    expect(asked).toBe(4);
  });

  it("does not wait for Applications that a person syncs", async () => {
    const manual = { spec: { project: "default" } };
    const off = { spec: { project: "default", syncPolicy: { automated: { enabled: false } } } };
    answers = [
      [done, application("manual", "OutOfSync", "Missing", manual), application("off", "OutOfSync", "Missing", off)],
    ];
    await waitForSync(config, { timeoutSeconds: 5 });
    expect(asked).toBe(1);
  });

  it("waits for a commit", async () => {
    const at = (revision: string) =>
      application("web", undefined, undefined, {
        status: { sync: { status: "Synced", revision }, health: { status: "Healthy" } },
      });
    answers = [[at("old")], [at("new")]];
    await waitForSync(config, { timeoutSeconds: 5, revision: "new" });
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
    await expect(waitForSync(config, { timeoutSeconds: 0.1, ...options })).rejects.toThrow(message);
  });
});
