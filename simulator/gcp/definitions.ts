/**
 * The custom resources that GKE brings along for its Ingress controller, with the fields that they have.
 *
 * Sources: kubernetes/ingress-gce pkg/apis/{backendconfig/v1,frontendconfig/v1beta1}/types.go,
 * GoogleCloudPlatform/gke-managed-certs pkg/apis/networking.gke.io/v1/types.go
 */
import type { KubernetesManifest } from "../cloud/behaviour";

type Schema = Record<string, unknown>;

const string = { type: "string" };
const boolean = { type: "boolean" };
const integer = { type: "integer", format: "int64" };
const number = { type: "number" };
const strings = { type: "array", items: string };
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 ? { required } : {}),
});

/** Free of form: what its controller alone writes. */
const status: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function definition(group: string, version: string, kind: string, plural: string, spec: Schema): KubernetesManifest {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      annotations: approved,
      labels: { "addonmanager.kubernetes.io/mode": "Reconcile" },
    },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: object({ apiVersion: string, kind: string, metadata: { type: "object" }, spec, status }),
          },
        },
      ],
    },
  };
}

const approved = { "components.gke.io/component-name": "ingress-gce" };

const backendConfig = object({
  cdn: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  connectionDraining: object({ drainingTimeoutSec: integer }),
  customRequestHeaders: object({ headers: strings }),
  customResponseHeaders: object({ headers: strings }),
  healthCheck: object({
    checkIntervalSec: integer,
    healthyThreshold: integer,
    port: integer,
    requestPath: string,
    timeoutSec: integer,
    type: string,
    unhealthyThreshold: integer,
  }),
  iap: object({ enabled: boolean, oauthclientCredentials: object({ secretName: string }) }, ["enabled"]),
  logging: object({ enable: boolean, sampleRate: number }),
  securityPolicy: object({ name: string }, ["name"]),
  sessionAffinity: object({ affinityCookieTtlSec: integer, affinityType: string }),
  timeoutSec: integer,
});

const frontendConfig = object({
  redirectToHttps: object({ enabled: boolean, responseCodeName: string }, ["enabled"]),
  sslPolicy: string,
});

const managedCertificate = object({
  domains: { type: "array", maxItems: 100, items: { type: "string", maxLength: 63 } },
});

export const definitions: KubernetesManifest[] = [
  definition("cloud.google.com", "v1", "BackendConfig", "backendconfigs", backendConfig),
  definition("networking.gke.io", "v1beta1", "FrontendConfig", "frontendconfigs", frontendConfig),
  definition("networking.gke.io", "v1", "ManagedCertificate", "managedcertificates", managedCertificate),
];
