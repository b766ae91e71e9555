/** Creating, updating and deleting one object (provider/pkg/await/await.go of pulumi-kubernetes 4.34). */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, isNotFound, NoMatchError, type KubernetesApi } from "./api";
import { awaitWritten } from "./await";
import { untilDeleted } from "./await/deleted";
import { creator, relinquish, takeOver } from "./fields";
import { annotations, deletionPropagation, hex, isTrue, timeoutSeconds } from "./metadata";
import { isCrd } from "./normalize";
import type { KubernetesObject } from "./objects";

export interface WriteContext {
  api: KubernetesApi;
  inputs: KubernetesObject;
  isPatch: boolean;
  fieldManager: string;
  preview: boolean;
  customTimeout: number;
  timeScale: number;
  /** The provider's `upsertExistingObjects` and `enablePatchForce`. */
  upsert: boolean;
  forceAll: boolean;
}

const retries = 5;

/** A namespace that is made in the same run is not there in a preview. */
export class NamespaceMissing extends Error {}

/**
 * Creates an object and waits for it. A kind or namespace that is not there yet is tried again for half a minute, as
 * it may be on its way.
 *
 * @throws NotReady where the object exists and did not become ready; ApiError, NoMatchError, NamespaceMissing.
 */
export async function create(context: WriteContext): Promise<KubernetesObject> {
  const object = await withRetries(context, () => createOnce(context));
  if (context.preview) return object;
  const { api, inputs, customTimeout, timeScale } = context;
  return awaitWritten(api, { inputs, object, customTimeout, timeScale });
}

async function createOnce(context: WriteContext): Promise<KubernetesObject> {
  const { api, inputs, preview, fieldManager } = context;
  try {
    if (context.upsert || context.isPatch) return await applyNew(context);
    return await api.create(inputs, { fieldManager: creator, dryRun: preview });
  } catch (error) {
    if (preview && isNotFound(error) && error.details.kind === "namespaces") {
      throw new NamespaceMissing(`namespace does not exist for "${inputs.metadata.name}"`);
    }
    if (error instanceof ApiError && error.reason === "AlreadyExists") {
      throw new ApiError(`${error.message}\n\n${alreadyExists}`, error.code, error.reason, error.details);
    }
    throw explained(error, fieldManager);
  }
}

async function applyNew({ api, inputs, preview, fieldManager, forceAll }: WriteContext): Promise<KubernetesObject> {
  // There is no former state in a preview: a conflict would be with what is to be replaced.
  const force = forceAll || preview || isTrue(inputs, annotations.patchForce);
  try {
    return await api.apply(inputs, { fieldManager, force, dryRun: preview });
  } catch (error) {
    const isReplacement =
      error instanceof ApiError && error.reason === "Invalid" && /field is immutable/.test(error.message);
    if (!preview || !isReplacement) throw error;
    const name = `${inputs.metadata.name}${hex(5)}`;
    return api.apply({ ...inputs, metadata: { ...inputs.metadata, name } }, { fieldManager, force, dryRun: true });
  }
}

async function withRetries<Result>({ timeScale }: WriteContext, attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 0, seconds = 1; ; tries++, seconds *= 2) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= retries || !(isNotFound(error) || error instanceof NoMatchError)) throw error;
      await sleep(seconds * timeScale * 1000);
    }
  }
}

export interface UpdateContext extends WriteContext {
  /** Name of the object as it was last seen. */
  name: string;
}

/** @throws NotReady, ApiError, NoMatchError */
export async function update(context: UpdateContext): Promise<KubernetesObject> {
  const { api, inputs, preview, customTimeout, timeScale } = context;
  const live = await api.get(inputs, inputs.metadata.namespace ?? "default", context.name);
  const object = isCrd(inputs) ? await replaceCrd(context, live) : await applyUpdate(context, live);
  if (preview) return object;
  return awaitWritten(api, { inputs, object, previous: live, customTimeout, timeScale });
}

/** Put in the place of the old one: custom resources stay, and no field of an old version is left behind. */
function replaceCrd({ api, inputs, fieldManager, preview }: UpdateContext, live: KubernetesObject) {
  const { resourceVersion } = live.metadata;
  return api.replace(
    { ...inputs, metadata: { ...inputs.metadata, resourceVersion } },
    { fieldManager, dryRun: preview },
  );
}

async function applyUpdate(context: UpdateContext, found: KubernetesObject): Promise<KubernetesObject> {
  const { api, inputs, fieldManager, preview } = context;
  const live = preview || context.isPatch ? found : await takeOver(api, found, fieldManager);
  const managed = live.metadata.managedFields ?? [];
  const ownCreate = managed.some(({ manager, operation }) => manager === creator && operation === "Update");
  const force =
    context.forceAll ||
    isTrue(inputs, annotations.patchForce) ||
    managed.length === 0 ||
    // A preview can't take the fields over, which the update itself will do.
    (preview && ownCreate);
  const named = { ...inputs, metadata: { ...inputs.metadata, name: live.metadata.name } };
  try {
    return await api.apply(named, { fieldManager, force, dryRun: preview });
  } catch (error) {
    throw explained(error, fieldManager);
  }
}

export interface DeleteContext {
  api: KubernetesApi;
  inputs: unknown;
  live: KubernetesObject;
  isPatch: boolean;
  fieldManager: string;
  customTimeout: number;
}

/** Kinds for which `skipAwait` holds for deletion too (allowsSkipAwaitWithDelete of metadata/overrides.go). */
const skipsAwaitOnDelete = new Set([
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
]);

/**
 * Deletes an object and waits until it is gone; a patch only gives its fields up.
 * @throws where something keeps the object: the message names it.
 */
export async function remove({
  api,
  inputs,
  live,
  isPatch,
  fieldManager,
  customTimeout,
}: DeleteContext): Promise<void> {
  const { namespace, name } = live.metadata;
  try {
    if (isPatch) return await relinquish(api, live, fieldManager);
    await api.delete(live, namespace, String(name), deletionPropagation(inputs));
  } catch (error) {
    if (isPatch) throw keepsRequiredField(error);
    // Gone already, or its kind is.
    if (isNotFound(error) || error instanceof NoMatchError) return;
    throw error;
  }
  if (isTrue(inputs, annotations.skipAwait) && skipsAwaitOnDelete.has(`${live.apiVersion}/${live.kind}`)) return;
  await untilDeleted(api, live, timeoutSeconds(inputs, customTimeout));
}

function keepsRequiredField(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.reason !== "Invalid" || !/Required value/.test(error.message)) return error;
  const causes = Array.isArray(error.details.causes) ? (error.details.causes as { field?: string }[]) : [];
  return new Error(
    "this Patch resource is currently managing a required field, so it can't be deleted directly. Either set the " +
      "`retainOnDelete` resource option, or transfer ownership of the field before deleting: " +
      String(causes[0]?.field ?? error.message),
  );
}

function explained(error: unknown, fieldManager: string): unknown {
  if (!(error instanceof ApiError) || error.reason !== "Conflict") return error;
  const help =
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/" +
    "#handle-field-conflicts-on-existing-resources";
  return new ApiError(
    `server-side apply field conflict detected, see ${help} for troubleshooting help\n` +
      `The resource managed by field manager "${fieldManager}" had an apply conflict: ${error.message}`,
    error.code,
    error.reason,
    error.details,
  );
}

const alreadyExists = `The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)
    to manage specific fields without owning the resource lifecycle.
  - Adopting a resource into Pulumi: use \`pulumi import\`. Note that
    protected resources (e.g. kube-system) cannot be deleted on destroy.
  - Intentional upsert: set upsertExistingObjects on the provider to allow
    server-side apply to update existing objects on create.`;
