/** Who reaches the API server. */
import type { Bad } from "./bad";

export const access: Bad[] = [
  {
    name: "text in place of true or false",
    values: { access: { private: "true" } },
    messages: ['access.private: "true" is text; write it without quotes'],
  },
  {
    name: "a network that is no range",
    values: { access: { authorizedNetworks: ["office"] } },
    messages: [
      'access.authorizedNetworks[0]: "office" is no IPv4 range: write it as an address and a prefix, such as 10.0.0.0/16',
    ],
  },
  {
    name: "an address without a prefix",
    values: { access: { authorizedNetworks: ["203.0.113.7"] } },
    messages: [
      'access.authorizedNetworks[0]: "203.0.113.7" is no IPv4 range: write it as an address and a prefix, such as 10.0.0.0/16',
    ],
  },
  {
    name: "a private network",
    values: { access: { authorizedNetworks: ["10.0.0.0/8"] } },
    messages: [
      'access.authorizedNetworks[0]: "10.0.0.0/8" is private (inside 10.0.0.0/8), and nobody comes from it to a public address; name the address that others see',
    ],
  },
  {
    name: "a network twice",
    values: { access: { authorizedNetworks: ["203.0.113.0/24", "203.0.113.0/24"] } },
    messages: ['access.authorizedNetworks[1]: "203.0.113.0/24" is named twice; name each range once'],
  },
  {
    name: "one network without its list",
    values: { access: { authorizedNetworks: "203.0.113.0/24" } },
    messages: ['access.authorizedNetworks: "203.0.113.0/24" is no list; write one, such as ["203.0.113.0/24"]'],
  },
  {
    name: "more networks than EKS takes",
    values: {
      access: {
        authorizedNetworks: [
          "203.0.113.0/32",
          "203.0.113.1/32",
          "203.0.113.2/32",
          "203.0.113.3/32",
          "203.0.113.4/32",
          "203.0.113.5/32",
          "203.0.113.6/32",
          "203.0.113.7/32",
          "203.0.113.8/32",
          "203.0.113.9/32",
          "203.0.113.10/32",
          "203.0.113.11/32",
          "203.0.113.12/32",
          "203.0.113.13/32",
          "203.0.113.14/32",
          "203.0.113.15/32",
          "203.0.113.16/32",
          "203.0.113.17/32",
          "203.0.113.18/32",
          "203.0.113.19/32",
          "203.0.113.20/32",
          "203.0.113.21/32",
          "203.0.113.22/32",
          "203.0.113.23/32",
          "203.0.113.24/32",
          "203.0.113.25/32",
          "203.0.113.26/32",
          "203.0.113.27/32",
          "203.0.113.28/32",
          "203.0.113.29/32",
          "203.0.113.30/32",
          "203.0.113.31/32",
          "203.0.113.32/32",
          "203.0.113.33/32",
          "203.0.113.34/32",
          "203.0.113.35/32",
          "203.0.113.36/32",
          "203.0.113.37/32",
          "203.0.113.38/32",
          "203.0.113.39/32",
          "203.0.113.40/32",
        ],
      },
    },
    messages: ["access.authorizedNetworks: 41 ranges are too many; aws takes 40"],
  },
  {
    name: "networks of a private API server",
    values: { access: { private: true, authorizedNetworks: ["203.0.113.0/24"] } },
    messages: [
      'access.authorizedNetworks: ["203.0.113.0/24"] has no effect while access.private is true: the API server has no public address; leave one of the two out',
    ],
  },
  {
    name: "a group of Google on AWS",
    values: { access: { adminGroups: ["admins@example.com"] } },
    messages: [
      'access.adminGroups[0]: "admins@example.com" is how gcp names a principal, and cloud is aws; write it like arn:aws:iam::111122223333:role/platform-admins',
    ],
  },
  {
    name: "a session of a role",
    values: { access: { adminGroups: ["arn:aws:sts::111122223333:assumed-role/admins/me"] } },
    messages: [
      'access.adminGroups[0]: "arn:aws:sts::111122223333:assumed-role/admins/me" is no IAM role or user ARN; write it like arn:aws:iam::111122223333:role/platform-admins',
    ],
  },
  {
    name: "a name without its account",
    values: { access: { developerGroups: ["developers"] } },
    messages: [
      'access.developerGroups[0]: "developers" is no IAM role or user ARN; write it like arn:aws:iam::111122223333:role/platform-admins',
    ],
  },
  {
    name: "a role of AWS on Azure",
    values: {
      cloud: "azure",
      region: "westeurope",
      access: { developerGroups: ["arn:aws:iam::111122223333:role/developers"] },
    },
    messages: [
      'access.developerGroups[0]: "arn:aws:iam::111122223333:role/developers" is how aws names a principal, and cloud is azure; write it like 0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7',
    ],
  },
  {
    name: "a name on Google",
    values: { cloud: "gcp", region: "europe-west1", access: { operationsGroups: ["operations"] } },
    messages: [
      'access.operationsGroups[0]: "operations" is no address of a Google group; write it like platform-admins@example.com',
    ],
  },
  {
    name: "a role twice",
    values: { access: { operationsGroups: ["arn:aws:iam::111122223333:role/o", "arn:aws:iam::111122223333:role/o"] } },
    messages: [
      'access.operationsGroups[1]: "arn:aws:iam::111122223333:role/o" is named twice; name each principal once',
    ],
  },
  {
    name: "an empty principal",
    values: { access: { operationsGroups: [""] } },
    messages: ['access.operationsGroups[0]: "" is empty; leave the key out or give it a value'],
  },
  {
    name: "a role of another partition",
    values: { access: { adminGroups: ["arn:aws-cn:iam::111122223333:role/admins"] } },
    messages: [
      'access.adminGroups[0]: "arn:aws-cn:iam::111122223333:role/admins" is no IAM role or user ARN; write it like arn:aws:iam::111122223333:role/platform-admins',
    ],
  },
];
