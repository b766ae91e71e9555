/**
 * Everything that the program sets on each cloud is held against public programs, and `docs/fidelity-inputs.md` says so.
 * `npm run fidelity` runs this with `--update`, which writes the page anew.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "prettier";
import { beforeAll, describe, expect, it } from "vitest";

import type { PlatformConfig } from "../../../components/config/types";
import { types } from "../../../simulator/schema";
import { readEvidence, readUncertain } from "../../../tools/fidelity/evidence";
import { complaints, findings } from "../../../tools/fidelity/findings";
import { page } from "../../../tools/fidelity/page";
import { type Registered, type Use, useOf } from "../../../tools/fidelity/use";
import * as azure from "../../unit/clouds/azure/cluster";
import * as google from "../../unit/clouds/gcp/google";
import type { Recording } from "../../unit/clouds/record";
import { successor, type Managed, up as succeed } from "../../unit/clouds/successor";
import * as aws from "../../unit/clouds/usualAws";
import { variants } from "../../unit/clouds/variants";

const root = resolve(__dirname, "../../..");
const evidence = readEvidence();
const uncertain = readUncertain();

interface Cloud {
  title: string;
  name: Managed;
  prefix: RegExp;
  variants: Record<string, PlatformConfig>;
  up: (config: PlatformConfig, name: string) => Promise<{ recording: Recording }>;
}

const clouds: Cloud[] = [
  { title: "AWS", name: "aws", prefix: /^(aws|eks):/, variants: variants.aws, up: aws.up },
  { title: "Azure", name: "azure", prefix: /^azure-native:/, variants: variants.azure, up: azure.up },
  { title: "Google", name: "gcp", prefix: /^gcp:/, variants: variants.gcp, up: google.up },
];

/** A stack in another cloud that takes over from one in this cloud. */
const takenOver = "read by a stack in another cloud";

async function registered({ name, prefix, variants: all, up }: Cloud): Promise<Registered[]> {
  const { recording: elsewhere } = await succeed(successor(name === "aws" ? "gcp" : "aws", name));
  const resources: Registered[] = elsewhere.all().filter(({ type }) => prefix.test(type));
  for (const config of Object.values(all)) {
    const { recording } = await up(config, "platform-test");
    resources.push(...recording.all().filter(({ type }) => prefix.test(type)));
  }
  return resources;
}

describe("the program's inputs", () => {
  const uses = new Map<Cloud, Use>();
  const whole: Use = new Map();

  beforeAll(async () => {
    for (const cloud of clouds) {
      const use = useOf(await registered(cloud));
      uses.set(cloud, use);
      for (const [type, properties] of use) whole.set(type, properties);
    }
  }, 300_000);

  it("are set by somebody else too, or known not to be", () => {
    expect(complaints(findings(whole, evidence), whole, evidence, uncertain)).toEqual([]);
  });

  it("are told on docs/fidelity-inputs.md: else run `npm run fidelity`", async () => {
    const all = clouds.map((cloud) => {
      const use = uses.get(cloud) ?? (new Map() as Use);
      return {
        title: cloud.title,
        variants: [...Object.keys(cloud.variants), takenOver],
        findings: findings(use, evidence),
        others: types().filter((type) => cloud.prefix.test(type) && !use.has(type)),
      };
    });
    const text = await format(page(all, evidence, uncertain), { parser: "markdown", printWidth: 120 });
    await expect(text).toMatchFileSnapshot(join(root, "docs/fidelity-inputs.md"));
  });

  it("are linked from the page on fidelity", () => {
    expect(readFileSync(join(root, "docs/fidelity.md"), "utf8")).toContain("(fidelity-inputs.md)");
  });
});
