/**
 * A language host for Node.js programs: what the engine starts as `pulumi-language-nodejs` to have a program run. The
 * real one comes with Pulumi's command line and cannot be had as a Go module; this one starts a program with the same
 * command, environment and words as that does, and can do nothing else:
 * https://github.com/pulumi/pulumi/blob/v3.220.0/sdk/nodejs/cmd/pulumi-language-nodejs/main.go (Run, execNodejs,
 * constructArguments, constructConfig).
 *
 * It differs in two things. The program speaks to the engine itself and not through a proxy in the host, which is there
 * for synchronous invokes of old SDKs. And no plugin is named as required: the engine would want to install the real
 * ones, also where simulated ones are attached.
 *
 * Like every plugin it gets the engine's address as its last argument and prints the port that it listens on.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { GetRequiredPackagesResponse, RunResponse, type RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

const engine = process.argv.at(-1) ?? "";

/** The program's own exit code for "the user has been told already": `cmd/run/index.ts` of @pulumi/pulumi. */
const alreadyTold = 32;

interface RuntimeOptions {
  typescript?: boolean;
  nodeargs?: string;
}

async function run(request: RunRequest): Promise<RunResponse> {
  const info = request.getInfo();
  const directory = info?.getProgramDirectory() ?? "";
  const options = (info?.getOptions()?.toJavaScript() ?? {}) as RuntimeOptions;
  const program = spawn("node", [...(options.nodeargs?.split(/\s+/) ?? []), ...programArguments(request, directory)], {
    // The engine reads what is written here; the first line of the standard output was the port.
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(configuration(request)),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      // On unless turned off, as in the real host.
      ...(options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    },
  });
  const [code] = (await once(program, "exit")) as [number | null];
  if (code === 0) return new RunResponse();
  if (code === alreadyTold) return new RunResponse().setBail(true);
  return new RunResponse().setError(`Program exited with non-zero exit code: ${code}`);
}

function programArguments(request: RunRequest, directory: string): string[] {
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: directory,
    "dry-run": request.getDryrun() ? "true" : "",
    parallel: String(request.getParallel()),
  };
  const given = Object.entries(flags).filter(([, value]) => value !== "");
  const sdk = createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/package.json");
  return [
    join(dirname(sdk), "cmd", "run", "index.js"),
    ...given.flatMap(([name, value]) => (name === "dry-run" ? ["--dry-run"] : [`--${name}`, value])),
    request.getInfo()?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
}

/** Keys in their old form, `project:config:key`, which every version of the SDK reads. */
function configuration(request: RunRequest): Record<string, string> {
  const entries = request.getConfigMap().getEntryList();
  return Object.fromEntries(entries.map(([key, value]) => [key.replace(":", ":config:"), value]));
}

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  getPluginInfo: (_: unknown, reply: grpc.sendUnaryData<PluginInfo>) =>
    reply(null, new PluginInfo().setVersion("0.0.1")),
  getRequiredPackages: (_: unknown, reply: grpc.sendUnaryData<GetRequiredPackagesResponse>) =>
    reply(null, new GetRequiredPackagesResponse()),
  run: ({ request }: grpc.ServerUnaryCall<RunRequest, RunResponse>, reply: grpc.sendUnaryData<RunResponse>) =>
    void run(request).then(
      (response) => reply(null, response),
      (error: unknown) => reply({ code: grpc.status.UNKNOWN, details: String(error) }),
    ),
});
// Plugins are in a process group of their own: an engine that is killed leaves them. The real host watches it too.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit();
}, 1000);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
