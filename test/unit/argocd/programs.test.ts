/** How a release's values reach Argo CD's programs. */
import { describe, expect, it } from "vitest";
import { programs, type ArgoCdPorts } from "../../../simulator/argocd/programs";
import { readValues } from "../../../simulator/argocd/values";

const ports: ArgoCdPorts = {
  redis: 1,
  repoServer: 2,
  repoServerMetrics: 3,
  server: 4,
  serverMetrics: 5,
  applicationSetMetrics: 6,
  applicationSetProbe: 7,
  applicationSetWebhook: 8,
  controllers: [9],
};

function run(values: unknown, settings = {}, controllers = [9]) {
  const layout = {
    directory: "/state",
    askPassSocket: "/tmp/a.sock",
    kubeconfig: "/state/kubeconfig",
    namespace: "argocd",
    proxy: "http://127.0.0.1:99",
  };
  const tools = { argocd: "/argocd", kustomize: "/kustomize", helm: "/helm", redis: "/redis" };
  const groups = programs(tools, layout, { ...ports, controllers }, readValues(values), settings);
  return Object.fromEntries(groups.flat().map((program) => [program.name, program]));
}

describe("programs", () => {
  it("gives each program the variables that its pods get from the ConfigMaps, and no other", () => {
    const all = run(
      {},
      {
        "argocd-cm": { "timeout.reconciliation": "180s" },
        "argocd-cmd-params-cm": { "controller.status.processors": "50", "reposerver.parallelism.limit": "4" },
      },
    );
    const controller = all["argocd-application-controller-0"]?.environment ?? {};
    const repoServer = all["argocd-repo-server"]?.environment ?? {};
    expect(controller["ARGOCD_APPLICATION_CONTROLLER_STATUS_PROCESSORS"]).toBe("50");
    expect(controller["ARGOCD_RECONCILIATION_TIMEOUT"]).toBe("180s");
    expect(repoServer["ARGOCD_RECONCILIATION_TIMEOUT"]).toBe("180s");
    expect(repoServer["ARGOCD_REPO_SERVER_PARALLELISM_LIMIT"]).toBe("4");
    expect(Object.keys(repoServer).filter((name) => name.includes("STATUS_PROCESSORS"))).toEqual([]);
    expect(controller["ARGOCD_REPO_SERVER_PARALLELISM_LIMIT"]).toBe(undefined);
  });

  it("sends only the repo server's requests through the proxy", () => {
    const proxied = Object.values(run({})).filter(({ environment }) => "HTTPS_PROXY" in environment);
    expect(proxied.map(({ name }) => name)).toEqual(["argocd-repo-server"]);
  });

  it("runs a controller for each shard", () => {
    const all = run({}, {}, [9, 10]);
    const shards = [0, 1].map((shard) => all[`argocd-application-controller-${shard}`]);
    expect(shards.map((program) => program?.environment["ARGOCD_CONTROLLER_SHARD"])).toEqual(["0", "1"]);
    expect(shards.map((program) => program?.environment["ARGOCD_CONTROLLER_REPLICAS"])).toEqual(["2", "2"]);
    expect(shards[1]?.arguments.slice(-2)).toEqual(["--metrics-port", "10"]);
  });

  it("passes a program's own arguments and variables on", () => {
    const all = run({
      server: { extraArgs: ["--enable-gzip"] },
      repoServer: {
        env: [
          { name: "HTTP_TIMEOUT", value: "30" },
          { name: "FROM_SECRET", valueFrom: {} },
        ],
      },
    });
    expect(all["argocd-server"]?.arguments.at(-1)).toBe("--enable-gzip");
    expect(all["argocd-repo-server"]?.environment["HTTP_TIMEOUT"]).toBe("30");
    expect(all["argocd-repo-server"]?.environment).not.toHaveProperty("FROM_SECRET");
  });
});
