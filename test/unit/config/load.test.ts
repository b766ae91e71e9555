import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import { assertPossible, ConfigError, loadConfig } from "../../../components/config";
import { movedProblems, pausedProblems, versionProblems } from "../../../components/config/live";
import type { PlatformConfig } from "../../../components/config/types";
import { devDefaults } from "../configuration";

const gitops = { repository: "https://github.com/example/kubernetes-platform" };
let outputs: Record<string, unknown> | undefined;

beforeEach(async () => {
  outputs = undefined;
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name }) => ({ id: name, state: {} }),
      call: ({ token, inputs }): Record<string, unknown> =>
        token === "pulumi:pulumi:readStackOutputs" && outputs ? { ...(inputs as object), outputs } : {},
    },
    "kubernetes-platform",
    "dev",
  );
});

function configure(values: Record<string, unknown>, secretKeys: string[] = []): void {
  const entries = Object.entries(values).map(([key, value]) => [
    key.includes(":") ? key : `kubernetes-platform:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(entries) as Record<string, string>,
    secretKeys.map((key) => `kubernetes-platform:${key}`),
  );
}

describe("loadConfig", () => {
  it("reads this project's keys and leaves other namespaces alone", () => {
    configure({ cloud: "aws", environment: "dev", region: "eu-west-1", gitops, "aws:profile": "mine" });
    expect(loadConfig()).toMatchObject({ cloud: "aws", region: "eu-west-1", tags: { stack: "dev" } });
  });

  it("tells all problems at once, without a stack trace", () => {
    configure({ cloud: "aws", environment: "dev", region: "eu-west-9", gitops, nods: {}, nodes: { min: 0 } });
    const error = catchError(loadConfig);
    expect(error).toBeInstanceOf(ConfigError);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect((error as Error).message).toBe(
      [
        'The configuration of stack "dev" has 3 problems; nothing was changed.',
        '  region: "eu-west-9" is no region of aws; did you mean eu-west-1?',
        "  nodes.min: 0 is out of range; 1 to 450 are allowed",
        "  nods: unknown key; did you mean nodes?",
      ].join("\n"),
    );
  });

  it("knows a key that holds a secret by what Pulumi says of it", () => {
    const values = {
      cloud: "aws",
      environment: "dev",
      region: "eu-west-1",
      gitops: { ...gitops, webhookSecret: "hunter2-hunter2-hunter2" },
    };
    configure(values);
    expect(catchError(loadConfig)).toMatchObject({ problems: [{ key: "gitops.webhookSecret" }] });
    configure(values, ["gitops"]);
    expect(loadConfig().gitops).toHaveProperty("webhookSecret");
  });
});

describe("assertPossible", () => {
  const config = devDefaults;

  it.each([
    ["a stack that never finished an update", undefined],
    ["a stack without outputs", {}],
    ["the same cloud and region", { cloud: "aws", region: "eu-west-1" }],
  ])("lets %s pass", async (_, former) => {
    outputs = former;
    await expect(assertPossible(config)).resolves.toBeUndefined();
  });

  it("refuses another cloud and names the next step", async () => {
    outputs = { cloud: "gcp", region: "europe-west1" };
    await expect(assertPossible(config)).rejects.toThrow(
      new ConfigError("dev", [
        {
          key: "cloud",
          message:
            'cannot change from "gcp" to "aws": the stack is live, and its cluster and volumes would be lost. ' +
            "Set it back. To move, bring up a stack of its own beside it (npm run platform -- migrate plan --from dev " +
            "--to dev-aws --cloud aws says how, and what is in the way), then take this one down " +
            "(npm run platform -- teardown --stack dev)",
        },
      ]),
    );
  });

  it("refuses another region of the same cloud", () => {
    const [problem] = movedProblems({ cloud: "aws", region: "eu-central-1" }, config, "dev");
    expect(problem?.key).toBe("region");
    expect(problem?.message).toMatch(/^cannot change from "eu-central-1" to "eu-west-1": the stack is live, /);
    expect(problem?.message).toContain("(pulumi stack init dev-aws)");
  });

  it("lets a kubeconfig context have a new name", () => {
    expect(movedProblems({ cloud: "local", region: "old" }, { cloud: "local", region: "new" }, "dev")).toEqual([]);
  });

  it("refuses to pause a stack that is complete, which would lose its applications", async () => {
    outputs = { cloud: "aws", region: "eu-west-1" };
    await expect(assertPossible({ ...config, bootstrap: "paused" })).rejects.toThrow(
      new ConfigError("dev", [
        {
          key: "bootstrap",
          message:
            'cannot change from "automatic" to "paused": the stack is live, and its applications and their volumes would ' +
            "be deleted with the root Application. Leave the key out. It is for a stack that is only being made",
        },
      ]),
    );
  });

  it.each([
    ["a new stack begin paused", {}, "paused"],
    ["a paused one stay so", { cloud: "aws", bootstrap: "paused" }, "paused"],
    ["a paused one go on", { cloud: "aws", bootstrap: "paused" }, "automatic"],
  ] as const)("lets %s", (_, live, bootstrap) => {
    expect(pausedProblems(live, { bootstrap })).toEqual([]);
  });

  const versionsOn = (cloud: "aws" | "azure" | "gcp" | "local", before: unknown, after: string) =>
    versionProblems({ kubernetesVersion: before }, { cloud, kubernetesVersion: after }).map(
      ({ key, message }) => `${key}: ${message}`,
    );

  it.each(["aws", "azure", "gcp"] as const)(
    "refuses to leave a minor version out on %s, with the next step",
    (cloud) => {
      expect(versionsOn(cloud, "1.34", "1.36")).toEqual([
        'kubernetesVersion: cannot change from "1.34" to "1.36": Kubernetes goes up one minor version at a time. Set "1.35" ' +
          "first, pulumi up, and go on from there; where the cloud has upgraded the cluster by itself, run pulumi refresh " +
          "before it",
      ]);
    },
  );

  it.each(["aws", "azure", "gcp"] as const)("refuses an older Kubernetes on %s", (cloud) => {
    expect(versionsOn(cloud, "1.36", "1.35")).toEqual([
      'kubernetesVersion: cannot change from "1.36" to "1.35": a live cluster does not go back to an older Kubernetes. ' +
        'Set it back to "1.36", or bring up a stack of its own beside it',
    ]);
  });

  it.each([
    ["the next one", "aws", "1.35", "1.36"],
    ["the same", "aws", "1.36", "1.36"],
    ["the first that is told", "aws", undefined, "1.36"],
    ["a step that can no longer be configured", "aws", "1.32", "1.34"],
    ["whatever the cluster of local runs", "local", "1.34", "1.36"],
  ] as const)("lets %s pass", (_, cloud, before, after) => {
    expect(versionsOn(cloud, before, after)).toEqual([]);
  });

  it("tells of a version before anything is made, and not beside a change of cloud", async () => {
    outputs = { cloud: "aws", region: "eu-west-1", kubernetesVersion: "1.34" };
    await expect(assertPossible({ ...config, kubernetesVersion: "1.36" })).rejects.toThrow(
      /^The configuration of stack "dev" has 1 problem; nothing was changed\.\n  kubernetesVersion: cannot change/,
    );
    outputs = { cloud: "gcp", region: "europe-west1", kubernetesVersion: "1.34" };
    await expect(assertPossible({ ...config, kubernetesVersion: "1.36" })).rejects.not.toThrow(/kubernetesVersion/);
  });

  const isPrivate: PlatformConfig = { ...config, access: { ...config.access, private: true } };

  it("refuses a private API server in a network that is only being made", async () => {
    await expect(assertPossible(isPrivate)).rejects.toThrow(
      new ConfigError("dev", [
        {
          key: "access.private",
          message:
            "true in a new network, from which nobody could reach the API server, and pulumi up has to. Name with " +
            "network.existing one that you run it in; or bring the stack up with access.authorizedNetworks first, " +
            "connect its network with yours, and set access.private then",
        },
      ]),
    );
  });

  it("takes one in a network that was there, and on a live stack", async () => {
    const existing = { id: "vpc-1", publicSubnets: [], privateSubnets: [] };
    await expect(
      assertPossible({ ...isPrivate, network: { ...isPrivate.network, existing } }),
    ).resolves.toBeUndefined();
    outputs = { cloud: "aws", region: "eu-west-1" };
    await expect(assertPossible(isPrivate)).resolves.toBeUndefined();
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
