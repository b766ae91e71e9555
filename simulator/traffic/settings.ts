/** Which Services an application works with, told from its pod's variables. */
import type { CoreV1Api, V1Container, V1EnvVar, V1Pod } from "@kubernetes/client-node";
import { present } from "../controlplane/errors";
import type { ServiceName } from "./view";

/** Names of variables whose value is a host without more: DB_HOST, REDIS_SERVER. Others say a host with a port or a scheme. */
const namesHost = /(^|_)(HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|URL|URI)$/i;

/** `postgres://user:password@database.shop.svc:5432/app`, `mariadb:3306`, `database` */
const address =
  /^(?<scheme>[a-z][\w+.-]*:\/\/)?(?:[^@/]*@)?(?<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?<port>:\d+)?(?:\/.*)?$/i;

/**
 * The Services that a pod's variables name as something to connect to, each once, in the order of the variables.
 *
 * @param isThere whether there is such a Service: SMTP_HOST may name a host of the internet.
 */
export function servicesNamed(
  variables: Record<string, string>,
  namespace: string,
  isThere: (service: ServiceName) => boolean,
): ServiceName[] {
  const found = Object.entries(variables).flatMap(([name, value]) => {
    const { scheme, host, port } = address.exec(value.trim())?.groups ?? {};
    if (host === undefined || !(scheme ?? port ?? namesHost.test(name))) return [];
    const service = candidates(host.toLowerCase(), namespace).find(isThere);
    return service ? [service] : [];
  });
  return found.filter(
    (one, index) => found.findIndex((other) => other.namespace === one.namespace && other.name === one.name) === index,
  );
}

/** What a name may mean in a cluster: a Service, one of another namespace, a StatefulSet's pod below its Service. */
function candidates(host: string, namespace: string): ServiceName[] {
  const labels = host.replace(/\.svc(\.cluster\.local)?$/, "").split(".");
  const [first = "", second, third] = labels;
  if (second === undefined) return [{ namespace, name: first }];
  if (third === undefined) {
    return [
      { namespace: second, name: first },
      { namespace, name: second },
    ];
  }
  return labels.length === 3 ? [{ namespace: third, name: second }] : [];
}

/** A pod's variables as its containers see them, those from ConfigMaps and Secrets too; what is not there is left out. */
export async function variablesOf({ metadata, spec }: V1Pod, core: CoreV1Api): Promise<Record<string, string>> {
  const namespace = metadata?.namespace ?? "";
  const configMap = async (name = ""): Promise<Record<string, string>> =>
    (await present(core.readNamespacedConfigMap({ name, namespace })))?.data ?? {};
  const secret = async (name = ""): Promise<Record<string, string>> => {
    const data = (await present(core.readNamespacedSecret({ name, namespace })))?.data ?? {};
    const plain = (value: string): string => Buffer.from(value, "base64").toString();
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, plain(value)]));
  };
  const whole = async ({ envFrom }: V1Container): Promise<Record<string, string>> => {
    const sources = await Promise.all(
      (envFrom ?? []).map(async ({ prefix = "", configMapRef, secretRef }) => {
        const data = configMapRef ? await configMap(configMapRef.name) : await secret(secretRef?.name);
        return Object.entries(data).map(([key, value]): [string, string] => [`${prefix}${key}`, value]);
      }),
    );
    return Object.fromEntries(sources.flat());
  };
  const one = async ({ name, value, valueFrom }: V1EnvVar): Promise<[string, string][]> => {
    const { configMapKeyRef: mapKey, secretKeyRef: secretKey } = valueFrom ?? {};
    const from = mapKey ? (await configMap(mapKey.name))[mapKey.key] : undefined;
    const given = value ?? from ?? (secretKey && (await secret(secretKey.name))[secretKey.key]);
    return given === undefined ? [] : [[name, given]];
  };
  const all = await Promise.all(
    (spec?.containers ?? []).map(async (container) => ({
      ...(await whole(container)),
      ...Object.fromEntries((await Promise.all((container.env ?? []).map(one))).flat()),
    })),
  );
  return Object.assign({}, ...all) as Record<string, string>;
}
