/** The resources that are one Kubernetes object each (Check, Diff, Create, Read, Update, Delete of provider.go). */
import { InitializationFailed, type CheckRequest, type CheckResult, type CreateRequest } from "../provider";
import type { DeleteRequest, DiffRequest, DiffResult, Properties, ReadRequest, UpdateRequest } from "../provider";
import { ApiError, isNotFound, NoMatchError, type KubernetesApi } from "./api";
import { checkRead } from "./await";
import { NotReady } from "./await/readiness";
import { checkpoint, liveObject, parseCheckpoint } from "./checkpoint";
import { diffObject } from "./diff";
import { relinquish } from "./fields";
import {
  adoptName,
  annotations,
  asObject,
  assignName,
  fieldManager,
  hasUnknown,
  isGenerateName,
  isNamed,
  isTrue,
} from "./metadata";
import { isCrd, normalize, prune, withEmptyInputs } from "./normalize";
import {
  at,
  conditions,
  idOf,
  isPatch,
  isRecord,
  kindOfToken,
  parseId,
  type KubernetesObject,
  text,
  without,
} from "./objects";
import { reached, type Session } from "./session";
import { create, NamespaceMissing, remove, update, type WriteContext } from "./write";

export class Objects {
  constructor(private readonly timeScale: number) {}

  async check(session: Session, { type, name, olds, news }: CheckRequest): Promise<CheckResult> {
    if (session.unreachable && session.settings.skipUpdateUnreachable) return { inputs: olds, failures: [] };
    const kind = kindOfToken(type);
    if (/List$/.test(kind.kind) && Array.isArray(news.items)) {
      throw new Error(
        "list resources exist for compatibility with YAML manifests and Helm charts, and cannot be created directly. " +
          "Use the underlying resource type instead",
      );
    }
    const failures = ["apiVersion", "kind"]
      .filter((property) => typeof news[property] !== "string")
      .map((property) => ({ property, reason: `every Kubernetes object has ${property}` }));
    let inputs = normalize(news);
    if (isPatch(type, news.kind) && !isNamed(inputs)) {
      throw new Error("patch resources require the `.metadata.name` field to be set");
    }
    inputs = Object.keys(olds).length > 0 ? adoptName(inputs, olds) : assignName(inputs, name);
    if (isGenerateName(inputs)) {
      throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
    }
    if (isCrd(inputs)) session.planned.add(inputs);
    if (failures.length === 0 && !at(inputs, "metadata", "namespace") && (await isNamespaced(session, inputs))) {
      const metadata = isRecord(inputs.metadata) ? inputs.metadata : {};
      inputs = { ...inputs, metadata: { ...metadata, namespace: session.settings.namespace } };
    }
    return { inputs, failures };
  }

  async diff(session: Session, { type, oldOutputs, news }: DiffRequest): Promise<DiffResult> {
    const { inputs: oldInputs, live } = parseCheckpoint(oldOutputs);
    const mutable = { configMaps: session.settings.configMapsMutable, secrets: session.settings.secretsMutable };
    const namespaced = await isNamespaced(session, news);
    const result = diffObject({ type, oldInputs, live, news: normalize(news), namespaced, mutable });
    if (isTrue(news, annotations.replaceUnready) && (await isUnreadyJob(session, live as KubernetesObject))) {
      result.replaces.push(`metadata.annotations["${annotations.replaceUnready}"]`);
    }
    return result;
  }

  async create(session: Session, request: CreateRequest): Promise<{ id: string; outputs: Properties }> {
    const { urn, preview } = request;
    const inputs = asObject(normalize(request.inputs));
    if (preview && (isPatch(request.type, inputs.kind) || !(await canPreview(session, inputs)))) {
      return { id: "", outputs: request.inputs };
    }
    const api = reached(session);
    const context = this.context(session, api, request, inputs, fieldManager(inputs));
    const state = (live: KubernetesObject) => outputsOf(context, live, inputs.apiVersion);
    let object: KubernetesObject;
    try {
      object = await create(context);
    } catch (error) {
      if (preview && isPreviewOnly(error)) return { id: "", outputs: request.inputs };
      if (error instanceof NotReady) {
        const message =
          `resource "${urn}" was successfully created, but the Kubernetes API server reported that it failed to fully ` +
          `initialize or become live: ${error.message}`;
        throw new InitializationFailed(idOf(error.object), state(error.object), [message, ...error.reasons]);
      }
      if (error instanceof NoMatchError) {
        throw new Error(
          `creation of resource "${urn}" with kind ${inputs.apiVersion}/${inputs.kind} failed because the Kubernetes API ` +
            "server reported that the apiVersion for this resource does not exist. Verify that any required CRDs have " +
            `been created: ${error.message}`,
        );
      }
      throw new Error(
        `resource "${urn}" was not successfully created by the Kubernetes API server: ${messageOf(error)}`,
      );
    }
    if (preview) return { id: "", outputs: state(withoutStatus(object)) };
    if (isCrd(inputs)) api.forgetResources();
    return { id: idOf(object), outputs: state(object) };
  }

  async update(session: Session, request: UpdateRequest): Promise<{ outputs: Properties }> {
    const { urn, preview } = request;
    const inputs = asObject(normalize(request.news));
    if (preview && !(await canPreview(session, inputs))) return { outputs: request.news };
    const api = reached(session);
    const old = parseCheckpoint(request.oldOutputs);
    const live = old.live as KubernetesObject;
    const manager = fieldManager(inputs, request.oldOutputs);
    const context = this.context(session, api, request, inputs, manager);
    const state = (object: KubernetesObject) => outputsOf(context, object, old.initialApiVersion);
    try {
      const object = await update({ ...context, name: String(live.metadata.name) });
      const oldManager = fieldManager(old.inputs, request.oldOutputs);
      if (!preview && oldManager !== manager) await relinquish(api, object, oldManager);
      return { outputs: state(object) };
    } catch (error) {
      if (preview && error instanceof ApiError && error.reason === "Forbidden") return { outputs: request.news };
      if (error instanceof NoMatchError) {
        throw new Error(
          `update of resource "${urn}" failed because the Kubernetes API server reported that the apiVersion for this ` +
            `resource does not exist. Verify that any required CRDs have been created: ${error.message}`,
        );
      }
      const found = await api.find(live, live.metadata.namespace, String(live.metadata.name)).catch(() => undefined);
      if (!found) throw new Error(`update of resource "${urn}" failed: ${messageOf(error)}`);
      const message = `the Kubernetes API server reported that "${idOf(found)}" failed to fully initialize or become live: ${messageOf(error)}`;
      const reasons = error instanceof NotReady ? error.reasons : [];
      throw new InitializationFailed(idOf(found), state(found), [message, ...reasons]);
    }
  }

  async read(session: Session, { id, type, inputs, outputs }: ReadRequest) {
    const api = reached(session);
    const kind = kindOfToken(type);
    const { namespace, name } = parseId(id);
    const isImport = Object.keys(inputs).length === 0 && outputs.apiVersion === undefined;
    const oldInputs = normalize(inputs);
    const apiVersion = text(oldInputs.apiVersion ?? outputs.apiVersion, kind.apiVersion);
    const realKind = text(oldInputs.kind ?? outputs.kind, kind.kind);
    let live: KubernetesObject;
    try {
      live = await api.get({ apiVersion, kind: realKind }, namespace, name);
    } catch (error) {
      if (isNotFound(error) || error instanceof NoMatchError) return undefined;
      throw error;
    }
    const liveInputs = isImport
      ? importedInputs(live)
      : (withEmptyInputs(prune(live, oldInputs), oldInputs) as Properties);
    const state = checkpoint({
      inputs: liveInputs,
      live,
      initialApiVersion: parseCheckpoint(outputs).initialApiVersion || apiVersion,
      fieldManager: fieldManager(oldInputs, outputs),
    });
    try {
      if (!isImport) await checkRead(api, oldInputs, live);
    } catch (error) {
      if (error instanceof NotReady) throw new InitializationFailed(id, state, [error.message, ...error.reasons]);
      throw error;
    }
    return { id, inputs: liveInputs, outputs: state };
  }

  async delete(session: Session, { type, outputs, timeoutSeconds }: DeleteRequest): Promise<void> {
    const live = liveObject(outputs);
    const { inputs } = parseCheckpoint(outputs);
    await remove({
      api: reached(session),
      inputs,
      live,
      isPatch: isPatch(type, live.kind),
      fieldManager: fieldManager(inputs, outputs),
      customTimeout: timeoutSeconds,
    });
  }

  private context(
    { settings }: Session,
    api: KubernetesApi,
    { type, preview, timeoutSeconds }: { type: string; preview: boolean; timeoutSeconds: number },
    inputs: KubernetesObject,
    manager: string,
  ): WriteContext {
    return {
      api,
      inputs,
      isPatch: isPatch(type, inputs.kind),
      fieldManager: manager,
      preview,
      customTimeout: timeoutSeconds,
      timeScale: this.timeScale,
      upsert: settings.upsert,
      forceAll: settings.forceAll,
    };
  }
}

function outputsOf(
  { inputs, fieldManager }: WriteContext,
  live: KubernetesObject,
  initialApiVersion: string,
): Properties {
  return checkpoint({ inputs, live, initialApiVersion, fieldManager });
}

/** A dry run needs every value, the cluster, and the kind (skipPreview in Create of provider.go). */
async function canPreview({ api }: Session, inputs: KubernetesObject): Promise<boolean> {
  if (!api || hasUnknown(inputs)) return false;
  try {
    await api.resource(inputs);
    return true;
  } catch (error) {
    if (error instanceof NoMatchError) return false;
    throw error;
  }
}

/** What the real provider does not take for an error in a preview: it then answers with the inputs. */
function isPreviewOnly(error: unknown): boolean {
  if (error instanceof NamespaceMissing) return true;
  if (!(error instanceof ApiError)) return false;
  return ["Forbidden", "AlreadyExists"].includes(error.reason) || /does not support dry run/.test(error.message);
}

/** Custom resources whose definition is not there yet are taken to have namespaces, as most do. */
async function isNamespaced({ api, planned }: Session, inputs: Properties): Promise<boolean> {
  const kind = { apiVersion: String(inputs.apiVersion), kind: String(inputs.kind) };
  const isPlanned = planned.isNamespaced(kind.apiVersion, kind.kind);
  if (!api) return isPlanned ?? !clusterScoped.has(kind.kind);
  try {
    return (await api.resource(kind)).namespaced;
  } catch (error) {
    if (error instanceof NoMatchError) return isPlanned ?? true;
    throw error;
  }
}

/** Built-in kinds without namespaces (provider/pkg/kinds), for previews that have no server to ask. */
const clusterScoped = new Set(
  (
    "APIService CSIDriver CSINode ClusterRole ClusterRoleBinding CustomResourceDefinition IngressClass " +
    "MutatingWebhookConfiguration Namespace Node PersistentVolume PriorityClass RuntimeClass StorageClass " +
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment"
  ).split(" "),
);

async function isUnreadyJob({ api }: Session, live: KubernetesObject): Promise<boolean> {
  if (!api || live.kind !== "Job") return false;
  const job = await api.find(live, live.metadata.namespace, String(live.metadata.name));
  return job !== undefined && !conditions(job).some(({ type, status }) => type === "Complete" && status === "True");
}

function importedInputs(live: KubernetesObject): Properties {
  return without(normalize(live), "status");
}

function withoutStatus(object: KubernetesObject): KubernetesObject {
  return without(object, "status") as KubernetesObject;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
