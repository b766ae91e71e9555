import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checksumJob, jobName, type ChecksumRequest } from "../../../../../cli/migrate/verify/checksum/job";
import { parseChecksum, script } from "../../../../../cli/migrate/verify/checksum/script";

describe("the script", () => {
  let directory = "";
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "checksum-"))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** A volume with files by path. */
  function volume(name: string, files: Record<string, string>): string {
    const folder = join(directory, name);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  }

  function read(folder: string) {
    const scratch = mkdtempSync(join(directory, "scratch-"));
    const env = { PATH: process.env["PATH"], VOLUME: folder, SCRATCH: scratch, RESULT: join(scratch, "result") };
    execFileSync("/bin/sh", ["-c", script], { env, stdio: "pipe" });
    return parseChecksum(readFileSync(join(scratch, "result"), "utf8"));
  }

  const strange = { "-n": "1", "we\nird": "22", 'sub/$(touch x) "q"': "333", "back\\slash": "", ünï: "4", " ": "5" };

  it("finds the same in the same files, whatever they are called", () => {
    const one = read(volume("one", strange));
    expect(one).toMatchObject({ files: 6, bytes: 8 });
    expect(read(volume("other", Object.fromEntries(Object.entries(strange).reverse())))).toEqual(one);
  });

  it.each<[string, Record<string, string>]>([
    ["a byte", { ...strange, "-n": "2" }],
    ["a name", Object.fromEntries(Object.entries(strange).map(([key, value]) => [key === "ünï" ? "uni" : key, value]))],
    ["a file more", { ...strange, more: "" }],
    ["two files for each other", { ...strange, ünï: "5", " ": "4" }],
  ])("finds %s that differs", (_, files) => {
    expect(read(volume("other", files)).sha256).not.toBe(read(volume("one", strange)).sha256);
  });

  it("finds a link and an empty folder that differ, and leaves out what is the file system's", async () => {
    const [one, other] = [volume("one", { a: "1" }), volume("other", { a: "1" })];
    symlinkSync("a", join(one, "link"));
    symlinkSync("b", join(other, "link"));
    expect(read(one).sha256).not.toBe(read(other).sha256);
    rmSync(join(other, "link"));
    symlinkSync("a", join(other, "link"));
    volume("other", { "lost+found/1": "x", ".velero/2": "y" });
    const socket = createServer();
    await new Promise<void>((resolve) => void socket.listen(join(other, "socket"), resolve));
    expect(read(other)).toEqual(read(one));
    socket.close();
    mkdirSync(join(other, "empty"));
    expect(read(other).sha256).not.toBe(read(one).sha256);
  });

  it("fails where it cannot read everything", () => {
    const folder = volume("one", { a: "1" });
    rmSync(folder, { recursive: true });
    expect(() => read(folder)).toThrow();
    expect(() => parseChecksum("{}")).toThrow("no checksum");
  });
});

describe("the Job", () => {
  const pod: V1Pod = {
    metadata: { name: "db-0", namespace: "shop" },
    spec: {
      nodeName: "node-a",
      tolerations: [{ key: "data", operator: "Exists" }],
      securityContext: { runAsUser: 1, fsGroup: 999, runAsNonRoot: true },
      volumes: [{ name: "files", persistentVolumeClaim: { claimName: "data" } }],
      containers: [
        { name: "side", image: "a", securityContext: { runAsUser: 5 } },
        {
          name: "db",
          image: "b",
          securityContext: { runAsUser: 70 },
          volumeMounts: [{ name: "files", mountPath: "/d" }],
        },
      ],
    },
  };
  const request: ChecksumRequest = { namespace: "shop", claim: "data", pod, restricted: true, timeoutSeconds: 60 };
  const podOf = (more: Partial<ChecksumRequest>) => checksumJob({ ...request, ...more }).spec?.template.spec;

  it("runs beside the pod that has the volume, as whoever writes its files", () => {
    const spec = podOf({});
    expect(spec).toMatchObject({
      tolerations: [{ key: "data" }],
      securityContext: { runAsUser: 70, fsGroup: 999, runAsNonRoot: true },
    });
    expect(JSON.stringify(spec?.affinity)).toContain("node-a");
    expect(spec?.containers[0]?.securityContext?.capabilities).toEqual({ drop: ["ALL"] });
    expect(spec?.containers[0]?.volumeMounts).toContainEqual({ name: "volume", mountPath: "/volume", readOnly: true });
  });

  it("runs as root where that may be, and anywhere where no pod has the volume", () => {
    const spec = podOf({ restricted: false, pod: undefined });
    expect(spec?.securityContext?.runAsUser).toBe(0);
    expect(spec?.affinity).toBeUndefined();
  });

  it("has a name for each claim, always the same and never too long", () => {
    const long = "data.".repeat(50);
    expect(jobName(long)).toMatch(/^verify-[a-z0-9-]{1,52}$/);
    expect(jobName(long)).toBe(jobName(long));
    expect(new Set(["a.b", "a-b", long, `${long}x`].map(jobName)).size).toBe(4);
  });
});
