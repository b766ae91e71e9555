/**
 * The ConfigMaps and Secrets that the chart argo-cd renders from a release's values: how the program's values reach the
 * real Argo CD of a rehearsal. Held against Helm's own renderings by a test.
 */
import { stringify } from "yaml";
import { chart } from "./chart";
import { mergeSettings, readValues, type ChartValues } from "./values";

export interface ConfigurationObject {
  apiVersion: "v1";
  kind: "ConfigMap" | "Secret";
  metadata: { name: string; namespace: string; labels: Record<string, string>; annotations?: Record<string, string> };
  type?: string;
  data?: Record<string, string>;
}

export interface Release {
  name: string;
  namespace: string;
  /** As the user gave them. */
  values: unknown;
}

/**
 * Renders the objects that Argo CD reads its settings from.
 * @throws Error that names a value which the chart or Argo CD would not take.
 */
export function renderConfiguration(release: Release): ConfigurationObject[] {
  const values = readValues(release.values);
  const { configs, notifications } = values;
  const configMap = (
    suffix: string,
    component: string | undefined,
    data: Record<string, string>,
    annotations: Record<string, string> = {},
  ): ConfigurationObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(release, values, `argocd-${suffix}`, { suffix, component, annotations }),
    ...(Object.keys(data).length > 0 && { data }),
  });
  const objects: ConfigurationObject[] = [];
  if (configs.cm.create) objects.push(configMap("cm", "server", settings(values), configs.cm.annotations));
  if (configs.params.create) {
    objects.push(configMap("cmd-params-cm", "server", parameters(release, values), configs.params.annotations));
  }
  if (configs.rbac.create) {
    const policies = mergeSettings("configs.rbac", chart.defaults.rbac, configs.rbac, ["create", "annotations"]);
    objects.push(configMap("rbac-cm", "server", policies, configs.rbac.annotations));
  }
  if (configs.ssh.create) {
    const hosts = [configs.ssh.knownHosts ?? chart.defaults.knownHosts, configs.ssh.extraHosts].filter(Boolean);
    const known = { ssh_known_hosts: `${hosts.join("\n").trimEnd()}\n` };
    objects.push(configMap("ssh-known-hosts-cm", undefined, known, configs.ssh.annotations));
  }
  if (configs.tls.create) {
    objects.push(configMap("tls-certs-cm", undefined, configs.tls.certificates, configs.tls.annotations));
  }
  objects.push(configMap("gpg-keys-cm", undefined, configs.gpg.keys, configs.gpg.annotations));
  if (notifications.enabled && notifications.cm.create) {
    const object = configMap("notifications-cm", "notifications-controller", notificationSettings(values));
    object.metadata.labels["app.kubernetes.io/name"] = `${values.nameOverride}-notifications-controller`;
    objects.push(object);
  }
  return [...objects, ...secrets(release, values)];
}

/** The release's name as its objects begin. Source: `argo-cd.fullname` in charts/argo-cd/templates/_common.tpl. */
export function fullName(release: Pick<Release, "name">, values: ChartValues): string {
  const { fullnameOverride, nameOverride } = values;
  if (fullnameOverride) return fullnameOverride;
  return release.name.includes(nameOverride) ? release.name : `${release.name}-${nameOverride}`;
}

/** argocd-cm. Source: `argo-cd.config.cm` in templates/_helpers.tpl. */
function settings({ global, configs }: ChartValues): Record<string, string> {
  const given = mergeSettings("configs.cm", chart.defaults.cm, configs.cm, ["create", "annotations"]);
  const presets = {
    url: `https://${global.domain}`,
    ...(given["statusbadge.enabled"] === "true" && { "statusbadge.url": `https://${global.domain}/` }),
    ...(configs.styles && { "ui.cssurl": "./custom/custom.styles.css" }),
  };
  return Object.fromEntries(Object.entries({ ...presets, ...given }).filter(([, value]) => value !== ""));
}

/**
 * argocd-cmd-params-cm. Source: `argo-cd.config.params` in templates/_helpers.tpl.
 * @throws Error for a setting that no program reads, of the deployed or of the rehearsed version: a misspelt one would
 *   go unnoticed on a real cluster.
 */
function parameters(release: Release, values: ChartValues): Record<string, string> {
  const { configs, dex, global } = values;
  const given = mergeSettings("configs.params", {}, configs.params, ["create", "annotations"]);
  const read = new Set(
    Object.values(chart.environment)
      .flatMap((variables) => Object.values(variables))
      .filter(({ configMap }) => configMap === "argocd-cmd-params-cm")
      .map(({ key }) => key),
  );
  for (const key of Object.keys(given)) {
    if (/^(dexserver|commitserver)\./.test(key)) continue;
    if (!read.has(key)) throw new Error(`configs.params["${key}"]: no program of Argo CD ${chart.appVersion} reads it`);
    if (!chart.rehearsedSettings.includes(key)) {
      throw new Error(`configs.params["${key}"]: Argo CD ${chart.source.rehearsed}, which rehearsals run, lacks it`);
    }
  }
  const name = fullName(release, values);
  const components = ["applicationsetcontroller", "controller", "server", "reposerver", "notificationscontroller"];
  return {
    "repo.server": `${name}-repo-server:${values.repoServer.service.port}`,
    "server.repo.server.strict.tls": String(values.repoServer.certificateSecret.enabled),
    "redis.server": redisServer(release, name, values),
    "applicationsetcontroller.enable.leader.election": String((values.applicationSet.replicas ?? 1) > 1),
    ...(dex.enabled && {
      "server.dex.server": `https://${name}-dex-server:5556`,
      "server.dex.server.strict.tls": String(dex.certificateSecret.enabled),
    }),
    ...(values.commitServer.enabled && { "commit.server": `${name}-commit-server:8086` }),
    ...Object.fromEntries(
      [...components, "dexserver", "commitserver"].flatMap((component) => [
        [`${component}.log.format`, global.logging.format],
        [`${component}.log.level`, global.logging.level],
      ]),
    ),
    ...given,
  };
}

function redisServer(release: Release, name: string, { redis, "redis-ha": ha }: ChartValues): string {
  if (!ha.enabled) return redis.enabled ? `${name}-redis:${redis.servicePort}` : "";
  return ha.haproxy.enabled ? `${release.name}-redis-ha-haproxy:${redis.servicePort}` : "";
}

function notificationSettings({ global, notifications }: ChartValues): Record<string, string> {
  const yaml = (value: unknown): string => stringify(value, { indentSeq: false, lineWidth: 0 });
  return {
    context: yaml({ argocdUrl: notifications.argocdUrl || `https://${global.domain}`, ...notifications.context }),
    ...notifications.notifiers,
    ...(notifications.subscriptions.length > 0 && { subscriptions: yaml(notifications.subscriptions) }),
    ...notifications.templates,
    ...notifications.triggers,
  };
}

/** argocd-secret without content, which Argo CD's server fills at its first start, and the notifications' own. */
function secrets(release: Release, values: ChartValues): ConfigurationObject[] {
  const { configs, notifications } = values;
  const secret = configs.secret;
  if (secret.githubSecret || secret.argocdServerAdminPassword || Object.keys(secret.extra).length > 0) {
    throw new Error("configs.secret: a secret in Helm values is readable in the release's history; use a Secret");
  }
  const objects: ConfigurationObject[] = [];
  if (secret.createSecret) {
    const { labels, annotations } = secret;
    const of = { suffix: "secret", component: "server", annotations, labels };
    objects.push({
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(release, values, "argocd-secret", of),
      type: "Opaque",
    });
  }
  if (notifications.enabled && notifications.secret.create) {
    const { name, labels, annotations } = notifications.secret;
    const component = "notifications-controller";
    objects.push({
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(release, values, name, { suffix: component, component, annotations, labels }),
      type: "Opaque",
    });
  }
  return objects;
}

interface Naming {
  /** After the chart's name, in the label `app.kubernetes.io/name`. */
  suffix: string;
  component?: string;
  annotations: Record<string, string>;
  labels?: Record<string, string>;
}

/** Source: `argo-cd.labels` in templates/_common.tpl. */
function metadata(
  release: Release,
  values: ChartValues,
  name: string,
  naming: Naming,
): ConfigurationObject["metadata"] {
  return {
    name,
    namespace: release.namespace,
    labels: {
      "helm.sh/chart": `argo-cd-${chart.version}`,
      "app.kubernetes.io/name": `${values.nameOverride}-${naming.suffix}`,
      "app.kubernetes.io/instance": release.name,
      ...(naming.component && { "app.kubernetes.io/component": naming.component }),
      "app.kubernetes.io/managed-by": "Helm",
      "app.kubernetes.io/part-of": "argocd",
      "app.kubernetes.io/version": chart.appVersion,
      ...values.global.additionalLabels,
      ...naming.labels,
    },
    ...(Object.keys(naming.annotations).length > 0 && { annotations: naming.annotations }),
  };
}
