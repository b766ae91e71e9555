/** Domain and certificates. */
import type { Bad } from "./bad";

export const names: Bad[] = [
  {
    name: "a domain with a scheme",
    values: { domain: "https://example.com" },
    messages: ['domain: "https://example.com" is no DNS name; write it in lower case, like platform.example.com'],
  },
  {
    name: "a domain of one label",
    values: { domain: "localhost" },
    messages: ['domain: "localhost" is no DNS name; write it in lower case, like platform.example.com'],
  },
  {
    name: "a domain in capitals",
    values: { domain: "Example.com" },
    messages: ['domain: "Example.com" is no DNS name; write it in lower case, like platform.example.com'],
  },
  {
    name: "a certificate authority's address that is none",
    values: { domain: "example.com", tls: { email: "platform" } },
    messages: ['tls.email: "platform" is no e-mail address; write it like team@example.com'],
  },
  {
    name: "HTTPS without a domain",
    values: { tls: { enabled: true } },
    messages: ["tls.enabled: true needs a domain to serve HTTPS for; set domain or leave tls out"],
  },
  {
    name: "an address without a domain",
    values: { tls: { email: "platform@example.com" } },
    messages: ['tls.email: "platform@example.com" needs a domain to serve HTTPS for; set domain or leave tls out'],
  },
  {
    name: "no address where the cloud issues no certificate",
    values: { cloud: "azure", region: "westeurope", domain: "example.com" },
    messages: [
      "tls.email: missing; azure issues no certificate for example.com itself, and the certificate authority asks for an address, such as platform@example.com",
    ],
  },
  {
    name: "a certificate without a domain",
    values: {
      tls: { certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7" },
    },
    messages: [
      'tls.certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c... needs a domain to serve HTTPS for; set domain or leave tls out',
    ],
  },
  {
    name: "a certificate that is no ACM ARN",
    values: { domain: "example.com", tls: { certificate: "example.com" } },
    messages: [
      'tls.certificate: "example.com" is no ARN of an ACM certificate; write it like arn:aws:acm:eu-west-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7',
    ],
  },
  {
    name: "a certificate of another region",
    values: {
      domain: "example.com",
      tls: { certificate: "arn:aws:acm:us-east-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7" },
    },
    messages: [
      'tls.certificate: "arn:aws:acm:us-east-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c... is a certificate in us-east-1, and region is eu-west-1; name one of eu-west-1',
    ],
  },
  {
    name: "an ACM certificate on Google",
    values: {
      cloud: "gcp",
      region: "europe-west1",
      domain: "example.com",
      tls: { certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7" },
    },
    messages: [
      'tls.certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c... is no path of a global SSL certificate; write it like projects/example/global/sslCertificates/platform',
    ],
  },
  {
    name: "a certificate on local",
    values: { cloud: "local", region: "kind", domain: "example.com", tls: { certificate: "example" } },
    messages: ['tls.certificate: "example" cannot be used on local, which has no store of certificates; leave it out'],
  },
  {
    name: "true or false in place of the group",
    values: { tls: true },
    messages: ['tls: true is no group of keys; write one, such as {"email":"platform@example.com"}'],
  },
  {
    name: "a certificate without HTTPS",
    values: {
      domain: "example.com",
      tls: {
        enabled: false,
        certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7",
      },
    },
    messages: [
      'tls.certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/0e1f2a3b-4c5d-6e7f-8091-a2b3c... has no effect while tls.enabled is false; leave one of the two out',
    ],
  },
  {
    name: "a domain that ACM issues no certificate for",
    values: { domain: "development.platform.applications.department.subsidiary.example.com" },
    messages: [
      'domain: "development.platform.applications.department.subsidiary.example.com" has 67 characters, and ACM issues certificates for names of up to 64; take a shorter one, or set tls.certificate',
    ],
  },
];
