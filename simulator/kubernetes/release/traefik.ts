/**
 * The arguments of Traefik that others depend on: which Ingresses it serves, and what address it writes into their
 * status. As templates/_podtemplate.tpl of the chart (41.3.0) writes them.
 */
import { text } from "../objects";
import { mapOf, type ReleaseIdentity } from "./pods";
import { valueAt } from "./values";

export function traefikArguments(values: unknown, { namespace }: ReleaseIdentity, serviceName: string): string[] {
  const isOn = (path: string, otherwise: boolean) => Boolean(valueAt(values, path) ?? otherwise);
  const ownService = isOn("service.enabled", true) ? `${namespace}/${serviceName}` : undefined;
  const args: string[] = [];
  const add = (name: string, value: unknown) => {
    if (value !== undefined && value !== null && value !== "") args.push(`--providers.${name}=${text(value)}`);
  };
  if (isOn("providers.kubernetesIngress.enabled", true)) {
    args.push("--providers.kubernetesingress");
    const published = mapOf(valueAt(values, "providers.kubernetesIngress.publishedService"));
    if (published.enabled !== false) {
      add("kubernetesingress.ingressendpoint.publishedservice", published.pathOverride || ownService);
    }
    const endpoint = mapOf(valueAt(values, "providers.kubernetesIngress.ingressEndpoint"));
    add("kubernetesingress.ingressendpoint.hostname", endpoint.hostname);
    add("kubernetesingress.ingressendpoint.ip", endpoint.ip);
    add("kubernetesingress.ingressClass", valueAt(values, "providers.kubernetesIngress.ingressClass"));
  }
  const nginx = mapOf(valueAt(values, "providers.kubernetesIngressNGINX"));
  if (nginx.enabled === true) {
    args.push("--providers.kubernetesingressnginx");
    const published = mapOf(nginx.publishService);
    if (published.enabled !== false && !nginx.publishStatusAddress) {
      add("kubernetesingressnginx.publishservice", published.pathOverride || ownService);
    }
    add("kubernetesingressnginx.publishStatusAddress", nginx.publishStatusAddress);
    add("kubernetesingressnginx.controllerClass", nginx.controllerClass);
  }
  return args;
}
