/**
 * Serves a simulated provider over Pulumi's resource-provider protocol, on a free loopback port: the engine attaches
 * to it (`PULUMI_DEBUG_PROVIDERS`) as it would to the real plugin.
 *
 * It speaks the protocol itself, where `@pulumi/pulumi/provider` would do, for what that server leaves out: previews,
 * one configuration for each provider instance, property-level diffs, and resources that exist but are not ready.
 */
import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Journal, Operation } from "./journal";
import { InitializationFailed, type Properties, type Request, type SimulatedProvider } from "./provider";

export interface Serving {
  port: number;
  stop(): void;
}

/** Serves `provider` on a free port of the loopback interface; `journal` is told of everything that it changed. */
export async function serve(provider: SimulatedProvider, journal?: Journal): Promise<Serving> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, service(provider, journal));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, stop: () => server.forceShutdown() };
}

type Timed = <Result>(
  operation: Operation,
  request: Request,
  preview: boolean,
  work: () => Promise<Result>,
) => Promise<Result>;

type Call<Message> = grpc.ServerUnaryCall<Message, unknown>;

/** Turns an async function into a gRPC handler; what it throws becomes what the user reads. */
function unary<Message, Reply>(handle: (message: Message, call: Call<Message>) => Promise<Reply> | Reply) {
  return async (call: Call<Message>, callback: grpc.sendUnaryData<Reply>): Promise<void> => {
    try {
      callback(null, await handle(call.request, call));
    } catch (error) {
      callback(failure(error));
    }
  };
}

function service(provider: SimulatedProvider, journal?: Journal): grpc.UntypedServiceImplementation {
  const timed: Timed = (operation, request, preview, work) =>
    journal && !preview ? journal.run(operation, request, work) : work();
  return {
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
    getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
    getSchema: unary(() => new messages.GetSchemaResponse().setSchema("{}")),

    checkConfig: unary(async (message: messages.CheckRequest) => {
      const news = properties(message.getNews());
      return checked((await provider.checkConfig?.(news)) ?? { inputs: news, failures: [] });
    }),

    diffConfig: unary(async (message: messages.DiffRequest) => {
      if (!provider.diffConfig) throw new Unimplemented("DiffConfig");
      return diffed(await provider.diffConfig(properties(message.getOldInputs()), properties(message.getNews())));
    }),

    configure: unary(async (message: messages.ConfigureRequest, call) => {
      await provider.configure?.(call.getPeer(), properties(message.getArgs()));
      // Secrets are unwrapped by the engine, which marks the outputs of the same names secret again.
      return new messages.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(false);
    }),

    invoke: unary(async (message: messages.InvokeRequest, call) => {
      if (!provider.invoke) throw new Error(`${provider.name} has no function ${message.getTok()}`);
      const result = await provider.invoke(message.getTok(), properties(message.getArgs()), call.getPeer());
      return new messages.InvokeResponse().setReturn(struct(result));
    }),

    check: unary(async (message: messages.CheckRequest, call) =>
      checked(
        await provider.check({
          ...resource(message, call),
          olds: properties(message.getOlds()),
          news: properties(message.getNews()),
        }),
      ),
    ),

    diff: unary(async (message: messages.DiffRequest, call) =>
      diffed(
        await provider.diff({
          ...resource(message, call),
          id: message.getId(),
          oldInputs: properties(message.getOldInputs()),
          oldOutputs: properties(message.getOlds()),
          news: properties(message.getNews()),
        }),
      ),
    ),

    create: unary(async (message: messages.CreateRequest, call) => {
      const request = {
        ...resource(message, call),
        inputs: properties(message.getProperties()),
        preview: message.getPreview(),
        timeoutSeconds: message.getTimeout(),
      };
      const { id, outputs } = await timed("create", request, request.preview, () => provider.create(request));
      return new messages.CreateResponse().setId(id).setProperties(struct(outputs));
    }),

    read: unary(async (message: messages.ReadRequest, call) => {
      const found = await provider.read({
        ...resource(message, call),
        id: message.getId(),
        inputs: properties(message.getInputs()),
        outputs: properties(message.getProperties()),
      });
      const reply = new messages.ReadResponse();
      return found
        ? reply.setId(found.id).setInputs(struct(found.inputs)).setProperties(struct(found.outputs))
        : reply.setId("");
    }),

    update: unary(async (message: messages.UpdateRequest, call) => {
      const request = {
        ...resource(message, call),
        id: message.getId(),
        oldInputs: properties(message.getOldInputs()),
        oldOutputs: properties(message.getOlds()),
        news: properties(message.getNews()),
        preview: message.getPreview(),
        timeoutSeconds: message.getTimeout(),
      };
      const { outputs } = await timed("update", request, request.preview, () => provider.update(request));
      return new messages.UpdateResponse().setProperties(struct(outputs));
    }),

    delete: unary(async (message: messages.DeleteRequest, call) => {
      const request = {
        ...resource(message, call),
        id: message.getId(),
        inputs: properties(message.getOldInputs()),
        outputs: properties(message.getProperties()),
        timeoutSeconds: message.getTimeout(),
      };
      await timed("delete", request, false, () => provider.delete(request));
      return new Empty();
    }),
  };
}

function resource(message: { getUrn(): string }, call: Call<unknown>): Request {
  const urn = message.getUrn();
  const [, , qualifiedType = "", ...name] = urn.split("::");
  const engine = new AbortController();
  call.once("cancelled", () => engine.abort());
  return {
    urn,
    type: qualifiedType.split("$").pop() ?? "",
    name: name.join("::"),
    connection: call.getPeer(),
    ended: engine.signal,
  };
}

function properties(value: Struct | undefined): Properties {
  return unwrapped(value?.toJavaScript() ?? {}) as Properties;
}

/** Secrets as plain values: a provider's own configuration has them wrapped, whatever it says that it accepts. */
function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Properties;
  if (object[signatureKey] === secretSignature) return unwrapped(object["value"]);
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, unwrapped(item)]));
}

/** How special values are marked on the wire (`SigKey`, `SecretSig` of Pulumi's sdk/go/common/resource/sig). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

function struct(value: Properties): Struct {
  // Through JSON, as absent and undefined are the same to the engine, but not to Struct.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Parameters<typeof Struct.fromJavaScript>[0]);
}

function checked(result: { inputs: Properties; failures: { property: string; reason: string }[] }) {
  return new messages.CheckResponse()
    .setInputs(struct(result.inputs))
    .setFailuresList(
      result.failures.map(({ property, reason }) =>
        new messages.CheckFailure().setProperty(property).setReason(reason),
      ),
    );
}

function diffed(result: { updates: string[]; replaces: string[]; deleteBeforeReplace: boolean }) {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const changed = [...result.updates, ...result.replaces];
  const reply = new messages.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList(result.replaces)
    .setDiffsList(changed)
    .setDeletebeforereplace(result.deleteBeforeReplace)
    .setHasdetaileddiff(true);
  const { UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  for (const path of result.updates) reply.getDetaileddiffMap().set(path, propertyDiff(UPDATE));
  for (const path of result.replaces) reply.getDetaileddiffMap().set(path, propertyDiff(UPDATE_REPLACE));
  return reply;
}

function propertyDiff(kind: messages.PropertyDiff.Kind): messages.PropertyDiff {
  return new messages.PropertyDiff().setKind(kind).setInputdiff(true);
}

class Unimplemented extends Error {}

function failure(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Unimplemented) return { code: grpc.status.UNIMPLEMENTED, details: message };
  if (!(error instanceof InitializationFailed)) {
    return { code: grpc.status.UNKNOWN, details: message };
  }
  const detail = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(struct(error.outputs))
    .setReasonsList(error.reasons);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message).setDetailsList([any]);
  const metadata = new grpc.Metadata();
  // Where gRPC carries structured errors; grpc-js has no call for it.
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
