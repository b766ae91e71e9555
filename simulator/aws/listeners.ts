/** Listeners of load balancers, and the certificates that they need. */
import type { Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { elb, first } from "./refusals";
import { regional, type Resource, tagged } from "./resource";
import { findBy, object, objects, text } from "./values";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const listenersOfBalancer = 50;

/** The target groups that a listener forwards to. */
export function targetGroupsOf(properties: Properties): string[] {
  return objects(properties, "defaultActions")
    .flatMap((action) => [
      text(action, "targetGroupArn"),
      ...objects(object(action, "forward"), "targetGroups").map((group) => text(group, "arn")),
    ])
    .filter((group) => group !== "");
}

const listener: Resource = {
  refuse(inputs, context) {
    const balancer = text(inputs, "loadBalancerArn");
    const listeners = context.inventory
      .list("aws:lb/listener:Listener")
      .filter(({ outputs }) => outputs.loadBalancerArn === balancer);
    const missing = targetGroupsOf(inputs).find(
      (group) => !context.inventory.get("aws:lb/targetGroup:TargetGroup", group),
    );
    return first(
      !context.inventory.get("aws:lb/loadBalancer:LoadBalancer", balancer) &&
        elb("CreateListener", "LoadBalancerNotFound", `One or more load balancers not found: ${balancer}`),
      missing !== undefined &&
        elb("CreateListener", "TargetGroupNotFound", `One or more target groups not found: ${missing}`),
      listeners.some(({ outputs }) => outputs.port === inputs.port) &&
        elb(
          "CreateListener",
          "DuplicateListener",
          `A listener already exists on this port for this load balancer '${balancer}'`,
        ),
      listeners.length >= listenersOfBalancer &&
        elb("CreateListener", "TooManyListeners", "The maximum number of listeners has been reached"),
      certificateProblem(inputs, context),
    );
  },
  create(inputs, context) {
    const balancer = text(inputs, "loadBalancerArn");
    const id = `${balancer.replace(":loadbalancer/", ":listener/")}/${context.hex(16)}`;
    const header = (name: string) => [name, text(inputs, name)] as const;
    return {
      id,
      outputs: {
        ...Object.fromEntries(headers.map(header)),
        ...computed(inputs),
        arn: id,
      },
    };
  },
  update(_record, inputs, context) {
    const problem = certificateProblem(inputs, context);
    if (problem) throw new Error(problem);
    return computed(inputs);
  },
};

function computed(inputs: Properties): Properties {
  const secure = inputs.protocol === "HTTPS" || inputs.protocol === "TLS";
  return {
    mutualAuthentication: inputs.mutualAuthentication ?? { mode: secure ? "off" : "", advertiseTrustStoreCaNames: "" },
    protocol: inputs.protocol ?? "HTTP",
    routingHttpResponseServerEnabled: inputs.routingHttpResponseServerEnabled ?? true,
    sslPolicy: inputs.sslPolicy ?? (secure ? "ELBSecurityPolicy-2016-08" : ""),
    tcpIdleTimeoutSeconds: inputs.tcpIdleTimeoutSeconds ?? 0,
  };
}

/** HTTPS needs a certificate of the same region that has been issued. */
function certificateProblem(inputs: Properties, context: Context): string | undefined {
  if (inputs.protocol !== "HTTPS") return undefined;
  const certificate = text(inputs, "certificateArn");
  if (!certificate)
    return elb("CreateListener", "ValidationError", "A certificate must be specified for HTTPS listeners");
  const record = findBy(context, "aws:acm/certificate:Certificate", "arn", certificate);
  // A certificate that the stack does not own is taken to exist: its owner's account is not simulated.
  const problem =
    record !== undefined &&
    !context.inventory
      .list("aws:acm/certificateValidation:CertificateValidation")
      .some(({ outputs }) => outputs.certificateArn === certificate);
  return first(
    !new RegExp(`^arn:aws:(acm:${context.region}|iam:):\\d{12}:`).test(certificate) &&
      elb("CreateListener", "CertificateNotFound", `Certificate '${certificate}' not found`),
    problem &&
      elb(
        "CreateListener",
        "UnsupportedCertificate",
        `The certificate '${certificate}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
      ),
  );
}

const headers = [
  ...["MtlsClientcertHeaderName", "MtlsClientcertIssuerHeaderName", "MtlsClientcertLeafHeaderName"],
  ...["MtlsClientcertSerialNumberHeaderName", "MtlsClientcertSubjectHeaderName", "MtlsClientcertValidityHeaderName"],
  ...["TlsCipherSuiteHeaderName", "TlsVersionHeaderName"],
]
  .map((name) => `routingHttpRequestXAmzn${name}`)
  .concat(
    [
      ...["AccessControlAllowCredentials", "AccessControlAllowHeaders", "AccessControlAllowMethods"],
      ...["AccessControlAllowOrigin", "AccessControlExposeHeaders", "AccessControlMaxAge", "ContentSecurityPolicy"],
      ...["StrictTransportSecurity", "XContentTypeOptions", "XFrameOptions"],
    ].map((name) => `routingHttpResponse${name}HeaderValue`),
  );

export const listenerBehaviours: Record<string, Resource> = {
  "aws:lb/listener:Listener": regional(tagged(listener)),
};
