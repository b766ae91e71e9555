import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { knownSshHosts } from "../../../components/config/checks/delivery";
import { cronProblem, gitRevision, httpUrl, repositoryKind, sshHost } from "../../../components/config/formats";
import { valuesFor } from "../../../components/config/move";
import { instanceByType, instanceType, neutralSizes } from "../../../components/instances";
import { cloudsWithRegion, findRegion, regionFor, regionNames, zonesFor } from "../../../components/regions";
import { defaultVersion, supportedVersions, supportEnds } from "../../../components/versions";

const managed = ["aws", "azure", "gcp"] as const;

describe("versions", () => {
  it("has the default in support everywhere, and leaves out what had ended", () => {
    for (const cloud of managed)
      expect(supportedVersions(cloud).map(({ version }) => version)).toContain(defaultVersion);
    expect(supportedVersions("aws").map(({ version }) => version)).toEqual(["1.34", "1.35", "1.36"]);
    expect(supportEnds("gcp", "1.34")).toBe("2026-10-01");
    expect(supportEnds("aws", "1.99")).toBeUndefined();
  });
});

describe("instances", () => {
  it("names a type for every neutral size on every cloud, each another one", () => {
    for (const cloud of managed) {
      const types = neutralSizes.map(({ vcpu, memoryGiB }) => instanceType(cloud, vcpu, memoryGiB));
      expect(new Set(types).size).toBe(neutralSizes.length);
    }
    expect(managed.map((cloud) => instanceType(cloud, 4, 16))).toEqual([
      "m7i.xlarge",
      "Standard_D4s_v5",
      "e2-standard-4",
    ]);
  });

  it("takes the former generation where a region's zones lack the newest", () => {
    expect(instanceType("aws", 8, 16, "me-south-1")).toBe("c6i.2xlarge");
    expect(instanceType("aws", 8, 16, "eu-west-1")).toBe("c7i.2xlarge");
  });

  it("knows how many pods a node holds", () => {
    const pods = (type: string) => instanceByType("aws", type)?.maxPods;
    expect(["m7i.large", "m6i.xlarge", "m7i.4xlarge", "m7i.8xlarge"].map(pods)).toEqual([29, 58, 110, 234]);
    expect(instanceByType("aws", "Standard_D4s_v5")).toBeUndefined();
  });

  it("refuses a size that there is not", () => {
    expect(() => instanceType("aws", 3, 7)).toThrow("no instance type of aws is known for 3 vCPU and 7 GiB");
  });
});

describe("regions", () => {
  it("names each region once, in one cloud", () => {
    const names = managed.flatMap(regionNames);
    expect(new Set(names).size).toBe(names.length);
    expect(cloudsWithRegion("eu-west-1")).toEqual(["aws"]);
    expect(regionNames("local")).toEqual([]);
  });

  it("knows zones by the cloud's own names", () => {
    expect(zonesFor("aws", "ap-northeast-1", 3)).toEqual(["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]);
    expect(zonesFor("gcp", "europe-west1", 2)).toEqual(["europe-west1-b", "europe-west1-c"]);
    expect(zonesFor("azure", "westeurope", 3)).toEqual(["1", "2", "3"]);
    expect(zonesFor("azure", "westus", 3)).toEqual([]);
    expect(findRegion("aws", "westeurope")).toBeUndefined();
  });

  it("has two zones in every region of AWS, which EKS needs", () => {
    expect(regionNames("aws").filter((region) => zonesFor("aws", region, 2).length < 2)).toEqual([]);
  });

  it.each([
    ["gcp", "aws", "eu-central-1", "europe-west3"],
    ["azure", "aws", "eu-west-1", "northeurope"],
    ["azure", "aws", "us-east-1", "eastus2"],
    ["aws", "gcp", "asia-northeast1", "ap-northeast-1"],
    ["aws", "azure", "uksouth", "eu-west-2"],
    // Dublin is nearer to London than to any region of Google's in the European Union.
    ["gcp", "aws", "eu-west-1", "europe-west1"],
    // Google has no region in Norway.
    ["gcp", "azure", "norwayeast", "europe-north2"],
    ["aws", "aws", "eu-west-3", "eu-west-3"],
  ] as const)("finds on %s what is nearest to %s's %s: %s", (to, cloud, region, expected) => {
    expect(regionFor(to, { cloud, region })).toBe(expected);
  });

  it("has a region for a stack that comes from none, and none on local", () => {
    expect(regionFor("azure", { cloud: "local", region: "kind" })).toBe("westeurope");
    expect(regionFor("aws")).toBe("eu-west-1");
    expect(() => regionFor("local")).toThrow("local has no regions");
  });
});

describe("valuesFor", () => {
  const values = {
    cloud: "aws",
    region: "eu-central-1",
    nodes: { min: 3, zones: ["eu-central-1a"], instanceType: "m7i.large" },
    access: { private: true, adminGroups: ["arn:aws:iam::111122223333:role/a"] },
    tls: { certificate: "arn:aws:acm:…" },
  };

  it("leaves out what names things of the former cloud", () => {
    expect(valuesFor("azure", values)).toEqual({
      cloud: "azure",
      region: "germanywestcentral",
      nodes: { min: 3 },
      access: { private: true },
      tls: {},
    });
    expect(valuesFor("local", values)).not.toHaveProperty("region");
  });

  it("changes nothing for the same cloud", () => {
    expect(valuesFor("aws", values)).toBe(values);
  });
});

describe("formats", () => {
  it.each(["0 2 * * *", "*/15 0-6,20 1,15 JAN-mar ?", "0 0 * * sun", "@daily", "5/10 * * * 1-5"])(
    "reads %s",
    (text) => {
      expect(cronProblem(text)).toBeUndefined();
    },
  );

  it.each([
    "60 * * * *",
    "* * 0 * *",
    "* * * 13 *",
    "* * * * 7",
    "5-1 * * * *",
    "*/0 * * * *",
    "a * * * *",
    "1-2-3 * * * *",
  ])("refuses %s", (text) => {
    expect(cronProblem(text)).toMatch(/^has ".+" as its /);
  });

  it.each([
    ["https://github.com/a/b.git", "https"],
    ["https://git.example.com:8443/group/sub/c", "https"],
    ["git@github.com:a/b.git", "ssh"],
    ["ssh://git@git.example.com:2222/a/b", "ssh"],
    ["https://github.com", undefined],
    ["file:///tmp/gitops", undefined],
    ["https://github.com/a/b?token=x", undefined],
  ])("knows how %s is reached", (url, kind) => {
    expect(repositoryKind(url)).toBe(kind);
  });

  it.each([
    ["git@github.com:a/b.git", "github.com"],
    ["ssh://git@github.com/a/b", "github.com"],
    ["ssh://git@github.com:22/a/b", "github.com"],
    ["ssh://git@ssh.github.com:443/a/b", "[ssh.github.com]:443"],
    ["https://github.com/a/b", undefined],
  ])("knows the host of %s", (url, host) => {
    expect(sshHost(url)).toBe(host);
  });

  it("knows the ssh hosts that the chart of Argo CD knows", () => {
    const file = join(resolve(__dirname, "../../.."), "simulator/argocd/chart/argo-cd.json");
    const { defaults } = JSON.parse(readFileSync(file, "utf8")) as { defaults: { knownHosts: string } };
    const lines = defaults.knownHosts.split("\n").filter((line) => line !== "");
    expect([...new Set(lines.map((line) => line.split(" ")[0]))]).toEqual(knownSshHosts);
  });

  it.each([
    ["http://example.com", true],
    ["https://example.com:65535/a?b#c", true],
    ["https://[2001:db8::1]:8080/", true],
    ["https://me:secret@example.com/", true],
    ["https://example.com:65536/", false],
    ["https://example.com:0/", false],
    ["https://a:b:1/", false],
    ["https://", false],
  ])("knows whether %s is an address", (url, valid) => {
    expect(httpUrl.test(url)).toBe(valid);
    if (valid) expect(URL.canParse(url)).toBe(true);
  });

  it.each([
    ["main", true],
    ["release/1.2", true],
    ["v1.2.3", true],
    ["a..b", false],
    ["-x", false],
    ["main.lock", false],
    ["main/", false],
  ])("knows whether %s is a revision", (revision, valid) => {
    expect(gitRevision.test(revision)).toBe(valid);
  });
});
