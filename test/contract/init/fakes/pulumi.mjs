#!/usr/bin/env node
/** Pulumi's command line on backends that no test has. Options: https://www.pulumi.com/docs/iac/cli/commands/ */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { main, Refused } from "./cli.mjs";

const shared = { "--cwd": /^\/.+$/, "--non-interactive": true };
const url = /^(s3|azblob|gs|file|https):\/\/.+$/;
const backend = (cloud) => process.env.PULUMI_BACKEND_URL ?? cloud.login;

function edit(options, stack, change) {
  const file = join(options["--cwd"], `Pulumi.${stack}.yaml`);
  const document = parseDocument(readFileSync(file, "utf8"));
  change(document);
  writeFileSync(file, document.toString());
}

main("pulumi", {
  version: { run: () => "v3.220.0\n" },
  whoami: {
    options: { "--json": true, ...shared },
    run: (_, cloud) => {
      if (!backend(cloud))
        throw new Refused("error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions", 255);
      // As the real one: Pulumi Cloud by its page.
      return { user: "ada", url: backend(cloud).replace(/^https:\/\/api\.(.+)$/, "https://app.$1/ada") };
    },
  },
  login: { positional: url, options: shared, changes: true, run: (_, cloud, [to]) => void (cloud.login = to) },
  "stack ls": {
    options: { "--json": true, ...shared },
    run: (_, cloud) =>
      Object.keys(cloud.stacks?.[backend(cloud)] ?? {}).map((name) => ({ name, current: name === cloud.selected })),
  },
  "stack init": {
    positional: /^[\w.-]+$/,
    options: { "--secrets-provider": /^.+$/, ...shared },
    changes: true,
    run: (options, cloud, [stack]) => {
      const at = backend(cloud);
      if (cloud.stacks?.[at]?.[stack]) throw new Refused(`error: stack '${stack}' already exists`, 255);
      const provider = options["--secrets-provider"];
      cloud.stacks = { ...cloud.stacks, [at]: { ...cloud.stacks?.[at], [stack]: provider } };
      cloud.selected = stack;
      edit(options, stack, (document) => {
        document.set("secretsprovider", provider);
        document.set("encryptedkey", "c2VhbGVk");
      });
    },
  },
  "stack select": {
    positional: /^[\w.-]+$/,
    options: shared,
    changes: true,
    run: (_, cloud, [stack]) => void (cloud.selected = stack),
  },
  "config set": {
    positional: /^[\w.[\]]+$/,
    options: { "--secret": true, "--path": true, "--stack": /^[\w.-]+$/, ...shared },
    required: ["--secret"],
    changes: true,
    run: (options, cloud, [path, ...values]) => {
      if (values.length > 0) throw new Refused("a secret on the command line");
      const [key, ...rest] = path
        .split(/[.[\]]+/)
        .filter((part) => part !== "")
        .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
      const value = readFileSync(0, "utf8");
      edit(options, options["--stack"], (document) =>
        document.setIn(["config", `kubernetes-platform:${key}`, ...rest], { secure: `sealed-${value.length}` }),
      );
    },
  },
});
