/** What a program finds in its pod: variables, its service account's token, the way to the API server. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api, type KubeConfig, type V1Container, type V1Pod } from "@kubernetes/client-node";

/** Where the kubelet mounts it: https://kubernetes.io/docs/concepts/security/service-accounts/ */
const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

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
 * Writes the files that the kubelet would mount: none where the pod mounts no service account.
 * @param folder what is `/` in the pod.
 */
export async function writeServiceAccount(
  pod: V1Pod,
  container: V1Container,
  folder: string,
  { config, authority }: ClusterAccess,
): Promise<void> {
  if (!container.volumeMounts?.some(({ mountPath }) => mountPath === serviceAccountFolder)) return;
  const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
  const { status } = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    namespace,
    name: pod.spec?.serviceAccountName ?? "default",
    body: {
      spec: {
        audiences: [],
        expirationSeconds: tokenSeconds,
        // The token ends with the pod.
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
      },
    },
  });
  const directory = join(folder, serviceAccountFolder);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const write = (file: string, text: string): void => {
    writeFileSync(join(directory, `${file}.new`), text, { mode: 0o600 });
    renameSync(join(directory, `${file}.new`), join(directory, file));
  };
  write("namespace", namespace);
  write("ca.crt", readFileSync(authority, "utf8"));
  write("token", status?.token ?? "");
}

/** @param folder what is `/` in the pod. */
export function environmentOf(
  pod: V1Pod,
  container: V1Container,
  folder: string,
  { address, network }: ClusterAccess,
): Record<string, string> {
  const own = (container.env ?? []).map(({ name, value, valueFrom }): [string, string] => [
    name,
    value ?? fieldOf(pod, valueFrom?.fieldRef?.fieldPath),
  ]);
  return {
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
