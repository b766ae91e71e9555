/** HTTPS: what it needs, and how each cloud names a certificate. */
import { type Check, check } from "./check";

const certificates = {
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html
  aws: {
    pattern: /^arn:aws:acm:([a-z0-9-]+):\d{12}:certificate\/[0-9a-f-]{36}$/,
    name: "ARN of an ACM certificate",
    example: "arn:aws:acm:eu-west-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7",
  },
  // Certificate Manager's are for other load balancers: https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl
  gcp: {
    pattern: /^projects\/[^/]+\/global\/sslCertificates\/[^/]+$/,
    name: "path of a global SSL certificate",
    example: "projects/example/global/sslCertificates/platform",
  },
};

const withoutDomain: Check = {
  reads: ["domain", "tls"],
  find: ({ given: { domain, tls }, show }) =>
    domain !== undefined || tls === undefined
      ? []
      : (["enabled", "email", "certificate"] as const).flatMap((name) =>
          tls[name] === undefined || tls[name] === false
            ? []
            : [
                {
                  key: `tls.${name}`,
                  message: `${show(["tls", name], tls[name])} needs a domain to serve HTTPS for; set domain or leave tls out`,
                },
              ],
        ),
};

const email = check(["cloud", "domain", "tls"], "tls.email", ({ given: { cloud, domain, tls } }) =>
  cloud === "azure" &&
  domain !== undefined &&
  tls?.enabled !== false &&
  tls?.email === undefined &&
  tls?.certificate === undefined
    ? `missing; ${cloud} issues no certificate for ${domain} itself, and the certificate authority asks for an address, such as platform@example.com`
    : undefined,
);

const certificate = check(["cloud", "region", "tls.certificate"], "tls.certificate", ({ given, show }) => {
  const { cloud, region } = given;
  const value = given.tls?.certificate;
  if (value === undefined) return undefined;
  const shown = show(["tls", "certificate"], value);
  if (cloud === "local") return `${shown} cannot be used on local, which has no store of certificates; leave it out`;
  if (cloud === "azure") {
    return `${shown} cannot be used on azure, where TLS ends inside of the cluster and cert-manager gets the certificates; leave it out`;
  }
  const { pattern, name, example } = certificates[cloud];
  const match = pattern.exec(value);
  if (!match) return `${shown} is no ${name}; write it like ${example}`;
  // A load balancer uses certificates of its own region only.
  return cloud === "aws" && match[1] !== region
    ? `${shown} is a certificate in ${match[1]}, and region is ${region}; name one of ${region}`
    : undefined;
});

const unused = check(["domain", "tls"], "tls.certificate", ({ given: { domain, tls }, show }) =>
  domain !== undefined && tls?.enabled === false && tls.certificate !== undefined
    ? `${show(["tls", "certificate"], tls.certificate)} has no effect while tls.enabled is false; leave one of the two out`
    : undefined,
);

/** Of a certificate's first name: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const longestCommonName = 64;

const commonName = check(["cloud", "domain", "tls"], "domain", ({ given: { cloud, domain, tls }, show }) =>
  cloud === "aws" &&
  domain !== undefined &&
  domain.length > longestCommonName &&
  tls?.enabled !== false &&
  tls?.certificate === undefined
    ? `${show(["domain"], domain)} has ${domain.length} characters, and ACM issues certificates for names of up to ${longestCommonName}; take a shorter one, or set tls.certificate`
    : undefined,
);

export const certificateChecks: Check[] = [withoutDomain, email, certificate, unused, commonName];
