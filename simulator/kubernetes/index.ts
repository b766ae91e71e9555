/** The Kubernetes provider of rehearsals: pulumi-kubernetes' behaviour on a real API server. */
export { ApiError, KubernetesApi, NoMatchError, UnreachableError } from "./api";
export { charts, type ChartData, type ChartObject } from "./charts";
export type { Kind, KubernetesObject, ObjectMeta } from "./objects";
export { KubernetesProvider, type KubernetesProviderOptions } from "./provider";
export type { ReleaseEvent, ReleaseFacts, ReleaseOptions } from "./release";
export { checkSecrets, checkValues } from "./release/values";
