/** What somebody else does in the simulated cloud, past the engine: an autoscaler, a person at the console. */
import * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest, UpdateRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { CloudRecord } from "../../simulator/cloud/behaviour";
import type { Properties } from "../../simulator/provider";

/**
 * Changes a resource as AWS' own API would: the cloud has the new values, and the engine knows nothing of it.
 * @param port of the simulated AWS.
 */
export async function changeInCloud(port: number, record: CloudRecord, change: Properties): Promise<void> {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const region = String(record.outputs["region"]);
  try {
    await call((done) => client.configure(new ConfigureRequest().setArgs(struct({ region })), done));
    const request = new UpdateRequest()
      .setId(record.id)
      .setUrn(record.urn)
      .setOlds(struct(record.outputs))
      .setOldInputs(struct(record.inputs))
      .setNews(struct({ ...record.inputs, ...change }));
    await call((done) => client.update(request, done));
  } finally {
    client.close();
  }
}

function call(work: (done: (error: grpc.ServiceError | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
}

function struct(value: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Parameters<typeof Struct.fromJavaScript>[0]);
}
