/** The values of the chart argo-cd that decide how Argo CD is configured, with the chart's own defaults. */
import * as z from "zod";

const text = z.record(z.string(), z.string());
/** Free-form: scalars become text as Helm's `toString` makes it; null takes a default of the chart's away. */
const settings = z.record(z.string(), z.union([z.string(), z.boolean(), z.number(), z.null()]));
const component = z
  .looseObject({
    replicas: z.number().int().optional(),
    extraArgs: z.array(z.string()).default([]),
    env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  })
  .prefault({});

/** Defaults: values.yaml of charts/argo-cd, at the commit that chart/argo-cd.json names. */
const schema = z.looseObject({
  nameOverride: z.string().default("argocd"),
  fullnameOverride: z.string().default(""),
  global: z
    .looseObject({
      domain: z.string().default("argocd.example.com"),
      additionalLabels: text.default({}),
      logging: z.looseObject({ format: z.string().default("text"), level: z.string().default("info") }).prefault({}),
    })
    .prefault({}),
  configs: z
    .looseObject({
      cm: z.looseObject({ create: z.boolean().default(true), annotations: text.default({}) }).prefault({}),
      params: z.looseObject({ create: z.boolean().default(true), annotations: text.default({}) }).prefault({}),
      rbac: z.looseObject({ create: z.boolean().default(true), annotations: text.default({}) }).prefault({}),
      ssh: z
        .looseObject({
          create: z.boolean().default(true),
          annotations: text.default({}),
          knownHosts: z.string().optional(),
          extraHosts: z.string().default(""),
        })
        .prefault({}),
      tls: z
        .looseObject({
          create: z.boolean().default(true),
          annotations: text.default({}),
          certificates: text.default({}),
        })
        .prefault({}),
      gpg: z.looseObject({ annotations: text.default({}), keys: text.default({}) }).prefault({}),
      secret: z
        .looseObject({
          createSecret: z.boolean().default(true),
          labels: text.default({}),
          annotations: text.default({}),
          githubSecret: z.string().default(""),
          argocdServerAdminPassword: z.string().default(""),
          extra: text.default({}),
        })
        .prefault({}),
      styles: z.string().default(""),
    })
    .prefault({}),
  controller: component,
  server: component,
  repoServer: component
    .unwrap()
    .extend({
      service: z.looseObject({ port: z.number().default(8081) }).prefault({}),
      certificateSecret: z.looseObject({ enabled: z.boolean().default(false) }).prefault({}),
    })
    .prefault({}),
  applicationSet: component,
  commitServer: z.looseObject({ enabled: z.boolean().default(false) }).prefault({}),
  dex: z
    .looseObject({
      enabled: z.boolean().default(true),
      certificateSecret: z.looseObject({ enabled: z.boolean().default(false) }).prefault({}),
    })
    .prefault({}),
  redis: z.looseObject({ enabled: z.boolean().default(true), servicePort: z.number().default(6379) }).prefault({}),
  "redis-ha": z
    .looseObject({
      enabled: z.boolean().default(false),
      haproxy: z.looseObject({ enabled: z.boolean().default(true) }).prefault({}),
    })
    .prefault({}),
  redisSecretInit: z.looseObject({ enabled: z.boolean().default(true) }).prefault({}),
  notifications: z
    .looseObject({
      enabled: z.boolean().default(true),
      argocdUrl: z.string().default(""),
      context: z.record(z.string(), z.unknown()).default({}),
      notifiers: text.default({}),
      subscriptions: z.array(z.unknown()).default([]),
      templates: text.default({}),
      triggers: text.default({}),
      cm: z.looseObject({ create: z.boolean().default(true) }).prefault({}),
      secret: z
        .looseObject({
          create: z.boolean().default(true),
          name: z.string().default("argocd-notifications-secret"),
          labels: text.default({}),
          annotations: text.default({}),
        })
        .prefault({}),
    })
    .prefault({}),
});

export type ChartValues = z.infer<typeof schema>;

/**
 * Fills the chart's defaults in.
 * @throws Error that names each value of the wrong type.
 */
export function readValues(values: unknown): ChartValues {
  const result = schema.safeParse(values);
  if (!result.success) throw new Error(`values of the chart argo-cd:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/**
 * A map of free-form settings over the chart's own, as text.
 * @param path the map's place in the values, for errors.
 * @param ignored keys of the map that are no settings.
 * @throws Error where a value is neither text, number nor boolean.
 */
export function mergeSettings(
  path: string,
  defaults: Record<string, unknown>,
  given: Record<string, unknown>,
  ignored: string[],
): Record<string, string> {
  const entries = Object.entries({ ...defaults, ...given }).filter(([key]) => !ignored.includes(key));
  const result = settings.safeParse(Object.fromEntries(entries));
  if (!result.success) throw new Error(`values of the chart argo-cd, ${path}:\n${z.prettifyError(result.error)}`);
  return Object.fromEntries(
    Object.entries(result.data).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])),
  );
}
