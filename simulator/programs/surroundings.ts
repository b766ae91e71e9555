/** What a program finds in its pod: variables, its service account's token, the way to the API server. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CoreV1Api, type KubeConfig, type V1Container, type V1Pod } from "@kubernetes/client-node";

/** Where the kubelet mounts it: https://kubernetes.io/docs/concepts/security/service-accounts/ */
export const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Seconds that a pod's token is good for, as the admission controller asks for it; and after which it is renewed. */
const tokenSeconds = 3607;
export const renewalSeconds = tokenSeconds * 0.8;

export interface ClusterAccess {
  /** The administrator's. */
  config: KubeConfig;
  /** File with the PEM of the cluster's authority. */
  authority: string;
  /** Of the Service `kubernetes`. */
  address: string;
  /** Port of the proxy that is the cluster's network. */
  network: number;
}

/**
 * Writes the files that the kubelet would mount, and renews: the service account's, where the pod mounts one, and tokens for
 * whom else the pod wants them.
 *
 * @param folder what is `/` in the pod.
 */
export async function writeServiceAccount(
  pod: V1Pod,
  container: V1Container,
  folder: string,
  { config, authority }: ClusterAccess,
): Promise<void> {
  const token = (audiences: string[], seconds: number) => tokenOf(pod, config, audiences, seconds);
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    if (mountPath === serviceAccountFolder) {
      write(join(folder, mountPath, "namespace"), pod.metadata?.namespace ?? "");
      write(join(folder, mountPath, "ca.crt"), readFileSync(authority, "utf8"));
      write(join(folder, mountPath, "token"), await token([], tokenSeconds));
      continue;
    }
    const volume = pod.spec?.volumes?.find((one) => one.name === name);
    for (const { serviceAccountToken } of volume?.projected?.sources ?? []) {
      if (!serviceAccountToken) continue;
      const { audience, expirationSeconds, path } = serviceAccountToken;
      write(join(folder, mountPath, path), await token(audience ? [audience] : [], expirationSeconds ?? tokenSeconds));
    }
  }
}

/** Whole at once: whoever reads it never finds a part. */
function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** A token that ends with the pod. */
export async function tokenOf(
  pod: V1Pod,
  config: KubeConfig,
  audiences: string[],
  expirationSeconds: number,
): Promise<string> {
  const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
  const { status } = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    namespace,
    name: pod.spec?.serviceAccountName ?? "default",
    body: {
      spec: { audiences, expirationSeconds, boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid } },
    },
  });
  return status?.token ?? "";
}

/**
 * Variables of a pod's program. Those that name what the pod mounts as an empty folder, or the file for a container's
 * last words, name the pod's own; paths of tokens are read below POD_ROOT, wherever they are written, but for Azure's,
 * whose libraries know it from its variable only.
 *
 * @param folder what is `/` in the pod; what is mounted empty is made in it.
 */
export function environmentOf(
  pod: V1Pod,
  container: V1Container,
  folder: string,
  { address, network }: ClusterAccess,
): Record<string, string> {
  const volumes = new Map(pod.spec?.volumes?.map((volume) => [volume.name, volume]));
  const mounts = (container.volumeMounts ?? []).filter(({ name }) => volumes.get(name)?.emptyDir !== undefined);
  const folders = [...mounts.map(({ mountPath }) => mountPath), "/tmp"];
  for (const path of folders) mkdirSync(join(folder, path), { recursive: true, mode: 0o700 });
  const paths = [...folders, terminationLogOf(container)];
  const own = (container.env ?? []).map(({ name, value, valueFrom }): [string, string] => {
    const given = value ?? fieldOf(pod, valueFrom?.fieldRef?.fieldPath);
    const isOwn = paths.some((path) => given === path || given.startsWith(`${path}/`)) || name === azureTokenVariable;
    return [name, isOwn ? join(folder, given) : given];
  });
  return {
    ...hidden(),
    HOME: folder,
    TMPDIR: join(folder, "tmp"),
    // The controller reads it from a file beside the token otherwise, at a path of the root folder.
    POD_NAMESPACE: pod.metadata?.namespace ?? "",
    ...Object.fromEntries(own),
    KUBERNETES_SERVICE_HOST: address,
    KUBERNETES_SERVICE_PORT: "443",
    POD_ROOT: folder,
    // Its whole network: addresses of the cluster are none of this machine's, and no setting of the user's is for them.
    HTTPS_PROXY: `http://127.0.0.1:${network}`,
    https_proxy: "",
    NO_PROXY: "",
    no_proxy: "",
  };
}

const azureTokenVariable = "AZURE_FEDERATED_TOKEN_FILE";

/**
 * The file that a container's last words are read from when it has ended:
 * https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
 */
export function terminationLogOf({ terminationMessagePath }: V1Container): string {
  return terminationMessagePath ?? "/dev/termination-log";
}

/** A user's own ways to the clouds: nothing that is simulated may take them. */
function hidden(): Record<string, string> {
  const names = Object.keys(process.env).filter((name) =>
    /^(AWS|AZURE|ARM|GOOGLE|CLOUDSDK|GCE)_|^KUBECONFIG$/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, ""]));
}

function fieldOf(pod: V1Pod, path = ""): string {
  const fields: Record<string, string | undefined> = {
    "metadata.name": pod.metadata?.name,
    "metadata.namespace": pod.metadata?.namespace,
    "metadata.uid": pod.metadata?.uid,
    "spec.nodeName": pod.spec?.nodeName,
    "spec.serviceAccountName": pod.spec?.serviceAccountName,
    "status.podIP": pod.status?.podIP,
  };
  return fields[path] ?? "";
}
