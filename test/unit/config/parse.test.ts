import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { formatProblems } from "../../../components/config/error";
import { keys } from "../../../components/config/keys";
import { parseConfig, type ParseResult } from "../../../components/config/parse";
import { exampleSecret, validateStack } from "../../../components/config/validate";
import type { PlatformConfig } from "../../../components/config/types";
import { devDefaults, prodDefaults, repository } from "../configuration";
import { access } from "./bad/access";
import { azure } from "./bad/azure";
import { type Bad } from "./bad/bad";
import { delivery } from "./bad/delivery";
import { google } from "./bad/google";
import { migration } from "./bad/migration";
import { names } from "./bad/names";
import { network } from "./bad/network";
import { nodes } from "./bad/nodes";
import { operations } from "./bad/operations";
import { place } from "./bad/place";
import { tags } from "./bad/tags";

const groups: Record<string, Bad[]> = {
  place,
  nodes,
  network,
  access,
  names,
  delivery,
  operations,
  migration,
  tags,
  azure,
  google,
};
const good = { cloud: "aws", environment: "dev", region: "eu-west-1", gitops: { repository } };
const today = new Date("2026-11-21");

function validate(values: Record<string, unknown>, more: Partial<Bad> = {}): ParseResult {
  const { secrets = [], stack = "test" } = more;
  return validateStack({ values: { ...good, ...values }, secrets }, { stack, today });
}

function accepted(values: Record<string, unknown>, secrets: string[][] = []): PlatformConfig {
  const result = validate(values, { secrets });
  if (!result.ok) throw new Error(formatProblems("test", result.problems));
  return result.config;
}

function messages(result: ParseResult): string[] {
  return result.ok ? [] : result.problems.map(({ key, message }) => `${key}: ${message}`);
}

describe.each(Object.entries(groups))("bad configurations: %s", (_, cases) => {
  it.each(cases)("$name", ({ values, messages: expected, ...more }) => {
    expect(messages(validate(values, more))).toEqual(expected);
  });
});

describe("the table of bad configurations", () => {
  const all = Object.values(groups).flat();

  it("has a case for every key", () => {
    const texts = all.flatMap((one) => one.messages.map((message) => message.replace(/\[\d+\]/g, ".*")));
    const untested = keys
      .filter(({ type }) => !("shape" in type))
      .map(({ path }) => path.join("."))
      .filter((key) => !texts.some((text) => text.startsWith(`${key}:`) || text.startsWith(`${key}.*`)));
    expect(untested).toEqual([]);
  });

  it("shows no secret", () => {
    expect(all.flatMap((one) => one.messages).filter((message) => message.includes("hunter2"))).toEqual([]);
    expect(JSON.stringify(all.map(({ values }) => values)).match(/hunter2/g)?.length).toBeGreaterThan(15);
  });
});

describe("a configuration with its defaults", () => {
  it("is cheap in dev", () => {
    expect(accepted({})).toEqual(devDefaults);
  });

  it("survives the loss of a zone in prod", () => {
    expect(accepted({ environment: "prod", domain: "example.com", tags: { team: "infra" } })).toEqual({
      ...prodDefaults,
      domain: "example.com",
      tls: { enabled: true },
      tags: { ...prodDefaults.tags, team: "infra" },
    });
  });

  it("keeps what was given, false and 0 included", () => {
    const config = accepted({
      environment: "prod",
      domain: "example.com",
      argocd: { ha: false },
      tls: { enabled: false },
      backup: { enabled: false },
      nodes: { vcpu: 4, memoryGiB: 16, min: 1, zones: ["eu-west-1b", "eu-west-1c"], spot: true },
      network: { nat: "single" },
    });
    expect(config).toMatchObject({
      argocd: { ha: false, shards: 1 },
      tls: { enabled: false },
      backup: { enabled: false, schedule: "0 2 * * *" },
      nodes: { vcpu: 4, memoryGiB: 16, min: 1, max: 9, zones: ["eu-west-1b", "eu-west-1c"], spot: true },
      network: { cidr: "10.0.0.0/16", nat: "single" },
      protect: true,
    });
  });

  it("takes a node's size from its instance type", () => {
    expect(accepted({ nodes: { instanceType: "r7i.xlarge" } }).nodes).toMatchObject({
      instanceType: "r7i.xlarge",
      vcpu: 4,
      memoryGiB: 32,
    });
    expect(accepted({ nodes: { instanceType: "m8g.xlarge", vcpu: 4, memoryGiB: 16 } }).nodes).toMatchObject({
      instanceType: "m8g.xlarge",
      vcpu: 4,
    });
  });

  it("asks nothing of local that it has of its own", () => {
    const config = accepted({ cloud: "local", region: "kind", environment: "prod", nodes: { min: 1, vcpu: 3 } });
    expect(config).toMatchObject({
      region: "kind",
      nodes: { zones: [] },
      backup: { enabled: false },
      argocd: { ha: false },
    });
    const ha = accepted({ cloud: "local", region: "kind", argocd: { ha: true } });
    expect(ha.argocd.ha).toBe(true);
  });

  it("counts what is empty as left out", () => {
    expect(accepted({ domain: "", kubernetesVersion: "", nodes: {}, tags: {}, backup: null })).toEqual(accepted({}));
  });

  it("takes two zones where an account sees no more", () => {
    expect(accepted({ region: "us-west-1", environment: "prod" }).nodes.zones).toEqual(["us-west-1a", "us-west-1b"]);
  });
});

describe("secrets", () => {
  const secrets = [["gitops"], ["monitoring", "receivers"], ["argocd", "sso", "clientSecret"]];
  const values = {
    domain: "example.com",
    gitops: { repository, credentials: { username: "git", password: "hunter2" }, webhookSecret: "hunter2-hunter2-x" },
    monitoring: {
      receivers: [
        { name: "slack", slack: { channel: "#a", webhookUrl: "https://hooks.slack.com/services/hunter2" } },
        {
          name: "mail",
          teams: ["dev"],
          email: { to: "a@b.cc", from: "b@b.cc", smarthost: "b.cc:25", username: "a", password: "hunter2" },
        },
        { name: "hooks", webhook: { url: "https://example.com/" } },
      ],
    },
    argocd: { sso: { issuer: "https://login.example.com", clientId: "argocd", clientSecret: "hunter2" } },
  };

  it("become outputs that Pulumi keeps encrypted, and nothing else of the value does", async () => {
    const { gitops, monitoring, argocd } = accepted(values, secrets);
    const [slack, mail, hooks] = monitoring.receivers;
    const found = [
      gitops.credentials?.password,
      gitops.webhookSecret,
      slack?.slack?.webhookUrl,
      mail?.email?.password,
      argocd.sso?.clientSecret,
    ];
    expect(await Promise.all(found.map((output) => pulumi.isSecret(pulumi.output(output))))).toEqual(
      found.map(() => true),
    );
    expect(gitops.credentials?.username).toBe("git");
    expect(slack).toMatchObject({ name: "slack", teams: [], slack: { channel: "#a" } });
    expect(mail).toMatchObject({ name: "mail", teams: ["dev"], email: { to: "a@b.cc", username: "a" } });
    expect(hooks).toEqual({ name: "hooks", teams: [], webhook: { url: "https://example.com/" } });
    expect(argocd).toMatchObject({ ha: false, shards: 1, sso: { clientId: "argocd" } });
  });

  it("are in no message, wherever they were put by mistake", () => {
    const misplaced = [
      { gitops: { repository, credentials: { password: ["hunter2"] } } },
      { gitops: { repository, credentials: ["hunter2"] } },
      { gitops: { repository, webhookSecret: { value: "hunter2" } } },
      { gitops: { repository: "git:hunter2@github.com/a/b" } },
      { argocd: { sso: "hunter2" } },
      { argocd: { sso: { clientSecret: 5, clientsecret: "hunter2" } } },
      { monitoring: { receivers: [{ name: "x", slack: "hunter2" }] } },
      { monitoring: { receivers: { name: "x", slack: { webhookUrl: "hunter2" } } } },
      { monitoring: { receivers: "hunter2" } },
      { monitoring: { receivers: [{ name: "x", email: { smarthost: "me:hunter2@smtp.example.com" } }] } },
    ];
    for (const one of misplaced) {
      const texts = messages(validate(one));
      expect(texts.length).toBeGreaterThan(0);
      expect(texts.join("\n")).not.toContain("hunter2");
    }
  });

  it("have made-up values that pass for them", () => {
    expect(exampleSecret(["monitoring", "receivers", "3", "slack", "webhookUrl"])).toBe(
      "https://hooks.slack.com/services/example",
    );
    const made = { credentials: { sshPrivateKey: exampleSecret(["gitops", "credentials", "sshPrivateKey"]) } };
    expect(
      messages(validate({ gitops: { repository: "git@github.com:a/b", ...made } }, { secrets: [["gitops"]] })),
    ).toEqual([]);
  });
});

describe("groups that Pulumi fills in as empty", () => {
  it.each(["maintenance", "dns", "storage", "tls", "backup"])("%s counts as left out", (key) => {
    const given = Object.fromEntries(
      Object.entries(good).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
    );
    const parsed = (values: Record<string, string>) =>
      parseConfig({ values, isSecret: () => false }, { stack: "test", today: new Date("2026-11-21") });
    expect(parsed({ ...given, [key]: "{}" })).toEqual(parsed(given));
    expect(parsed(given).ok).toBe(true);
  });
});

describe("warnings", () => {
  const warnings = (kubernetesVersion: string, on: string) => {
    const context = { stack: "test", today: new Date(on) };
    const result = validateStack({ values: { ...good, kubernetesVersion }, secrets: [] }, context);
    return result.ok ? result.warnings : undefined;
  };

  it("tell of a version whose support ends soon, or has ended since", () => {
    const text = (verb: string) =>
      `kubernetesVersion: standard support of "1.34" on aws ${verb} on 2026-12-02, after which EKS charges several times ` +
      "the price in production and upgrades the others; plan the upgrade";
    expect(warnings("1.34", "2026-11-21")).toEqual([text("ends")]);
    expect(warnings("1.34", "2026-12-02T20:00:00Z")).toEqual([text("ends")]);
    expect(warnings("1.34", "2027-11-21")).toEqual([text("ended")]);
    expect(warnings("1.36", "2026-11-21")).toEqual([]);
  });

  it("tell of production without backups", () => {
    const of = (values: Record<string, unknown>) => {
      const result = validate({ backup: { enabled: false }, ...values });
      return result.ok ? result.warnings : undefined;
    };
    expect(of({ environment: "prod" })).toContain("backup.enabled: false in prod; what is on a volume is lost with it");
    expect(of({})).toEqual([]);
    expect(of({ environment: "prod", cloud: "local", region: "kind" })).toEqual([]);
  });

  it("tell of shards that nothing is divided among yet", () => {
    const result = validate({ argocd: { shards: 3 } });
    expect(result.ok && result.warnings).toEqual([
      "argocd.shards: 3, which share the clusters that Argo CD knows: all but one idle until it knows more than its own, as a hub does",
    ]);
  });

  it("tell of production whose sealed secrets end with the cluster", () => {
    const path = ["gitops", "sealingKeys", "0", "privateKey"];
    const of = (values: Record<string, unknown>) => {
      const result = validate(values, { secrets: [path] });
      return result.ok ? result.warnings : undefined;
    };
    expect(of({ environment: "prod" })).toEqual([
      "gitops.sealingKeys: none in prod; what is sealed for this cluster opens on no other, one built anew included: " +
        "openssl genrsa 4096 | pulumi config set --secret --path 'gitops.sealingKeys[0].privateKey'",
    ]);
    const gitops = { ...good.gitops, sealingKeys: [{ privateKey: exampleSecret(path) }] };
    expect(of({ environment: "prod", gitops })).toEqual([]);
    expect(of({})).toEqual([]);
  });
});

describe("the repository's own stacks", () => {
  it.each(["dev", "prod", "local"])("%s is valid", (stack) => {
    const file = join(resolve(__dirname, "../../.."), `Pulumi.${stack}.yaml`);
    const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
    const values = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace("kubernetes-platform:", ""), value]),
    );
    expect(messages(validateStack({ values, secrets: [] }, { stack, today }))).toEqual([]);
  });
});
