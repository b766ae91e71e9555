import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { programOf } from "../../../simulator/programs/catalog";

const pod = (...containers: Partial<V1Container>[]): V1Pod => ({
  spec: { containers: containers.map((container) => ({ name: "main", ...container })) },
});

describe("programOf", () => {
  it.each([
    ["docker.io/bitnami/sealed-secrets-controller:0.27.3", "sealed-secrets-controller"],
    [`ghcr.io/example/bitnami-sealed-secrets-controller@sha256:${"0".repeat(64)}`, "sealed-secrets-controller"],
    ["registry.k8s.io/metrics-server/metrics-server:v0.8.1", "metrics-server"],
    ["localhost:5000/mirrored-metrics-server", "metrics-server"],
    ["example/metrics-server-exporter:1", undefined],
    ["metrics-server/other:1", undefined],
  ])("knows %s", (image, tool) => {
    expect(programOf(pod({ image: "proxy:1" }, { image }))?.tool).toBe(tool);
  });

  it("takes the pod's ports from its own flags, and lays this machine's over them", () => {
    const program = programOf(
      pod({ image: "metrics-server", command: ["/metrics-server", "--v=2"], args: ["--secure-port=10250"] }),
    );
    expect(program?.arguments).toEqual(["--v=2", "--secure-port=10250"]);
    expect(program?.ports).toEqual([10_250]);
    expect(program?.added([12_345], "/tmp/pod")).toEqual([
      "--secure-port=12345",
      "--bind-address=127.0.0.1",
      "--cert-dir=/tmp/pod/tmp",
    ]);
  });

  it("knows the programs' own ports", () => {
    expect(programOf(pod({ image: "metrics-server" }))?.ports).toEqual([443]);
    const args = ["--listen-addr", "0.0.0.0:9090"];
    expect(programOf(pod({ image: "sealed-secrets-controller", args }))?.ports).toEqual([9090, 8081]);
  });

  it("tells Velero's server from its node agents, which are the same image", () => {
    const image = "docker.io/velero/velero:v1.18.1";
    const server = programOf(pod({ image, command: ["/velero"], args: ["server", "--log-format=json"] }));
    expect(server?.tool).toBe("velero");
    expect(server?.ports).toEqual([8085, 6060]);
    expect(server?.added([12_345, 12_346], "/tmp/pod")).toEqual([
      "--metrics-address=127.0.0.1:12345",
      "--profiler-address=127.0.0.1:12346",
      "--plugin-dir=/tmp/pod/plugins",
    ]);
    expect(programOf(pod({ image, command: ["/velero"], args: ["node-agent", "server"] }))).toBeUndefined();
    expect(programOf(pod({ image }))).toBeUndefined();
  });

  it("runs Prometheus on its own volume, and not what only needs a shell of its image", () => {
    const image = "quay.io/prometheus/prometheus:v3.14.0-distroless";
    const args = ["--config.file=/etc/prometheus.yaml", "--storage.tsdb.path=/prometheus", "--web.enable-admin-api"];
    const program = programOf(pod({ image, args }));
    expect(program?.arguments).toEqual(["--web.enable-admin-api"]);
    expect(program?.added([12_345], "/tmp/pod")).toEqual([
      "--web.listen-address=127.0.0.1:12345",
      "--config.file=/tmp/pod/prometheus.yml",
      "--storage.tsdb.path=/tmp/pod/prometheus",
    ]);
    expect(programOf(pod({ image, command: ["sh", "-c", "promtool tsdb list"] }))).toBeUndefined();
  });
});
