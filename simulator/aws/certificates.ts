/** ACM certificates, which are issued once the records that prove the domain's ownership are there. */
import { createHash, randomUUID } from "node:crypto";
import type { CloudRecord, Context } from "../cloud/behaviour";
import type { Properties } from "../provider";
import { acm, first } from "./refusals";
import { regional, type Resource, tagged } from "./resource";
import { arn, findBy, object, objects, text, texts } from "./values";

/** Names in one certificate: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html */
const namesInCertificate = 10;

const domainName = /^(\*\.)?(([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)\.)+[a-zA-Z]{2,63}$/;

const certificate: Resource = {
  defaults: (inputs) => (inputs.domainName === undefined ? {} : { validationMethod: "DNS" }),
  refuse(inputs) {
    const names = namesOf(inputs);
    const wrong = names.find((name) => !domainName.test(name));
    const invalid = (message: string) => acm("RequestCertificate", "ValidationException", message);
    return first(
      wrong !== undefined &&
        invalid(`1 validation error detected: Value '${wrong}' at 'domainName' failed to satisfy constraint`),
      names.length > namesInCertificate &&
        acm(
          "RequestCertificate",
          "LimitExceededException",
          `Error: you have reached your limit of ${namesInCertificate} domain names in this certificate.`,
        ),
    );
  },
  create(inputs, context) {
    const id = arn(context, "acm", `certificate/${randomUUID()}`);
    return {
      id,
      outputs: {
        arn: id,
        domainValidationOptions: namesOf(inputs).map((name) => validationRecord(name, context.account)),
        keyAlgorithm: inputs.keyAlgorithm ?? "RSA_2048",
        notAfter: "",
        notBefore: "",
        options: {
          certificateTransparencyLoggingPreference: "ENABLED",
          export: "DISABLED",
          ...object(inputs, "options"),
        },
        pendingRenewal: false,
        renewalEligibility: "INELIGIBLE",
        renewalSummaries: [],
        status: "PENDING_VALIDATION",
        subjectAlternativeNames: namesOf(inputs),
        type: "AMAZON_ISSUED",
        validationEmails: [],
        validationMethod: inputs.validationMethod ?? "DNS",
      },
    };
  },
  refuseDelete({ id }, { inventory }) {
    const user = inventory.list("aws:lb/listener:Listener").find(({ outputs }) => outputs.certificateArn === id);
    return user
      ? acm("DeleteCertificate", "ResourceInUseException", `Certificate ${id} in account is in use.`)
      : undefined;
  },
};

function namesOf(inputs: Properties): string[] {
  return [...new Set([text(inputs, "domainName"), ...texts(inputs, "subjectAlternativeNames")])];
}

/** The same record for a domain and its wildcard, and for every certificate that an account has of it. */
function validationRecord(name: string, account: string): Properties {
  const domain = name.replace(/^\*\./, "");
  const digits = (what: string) => createHash("md5").update(`${what} ${domain} ${account}`).digest("hex");
  return {
    domainName: name,
    resourceRecordName: `_${digits("name")}.${domain}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${digits("value")}.${digits("zone").slice(0, 10)}.acm-validations.aws.`,
  };
}

/** Waiting for a certificate to be issued, which ends well only where its records exist. */
const certificateValidation: Resource = {
  refuse(inputs, context) {
    const certificateArn = text(inputs, "certificateArn");
    const record = findBy(context, "aws:acm/certificate:Certificate", "arn", certificateArn);
    if (!record) {
      return acm("DescribeCertificate", "ResourceNotFoundException", `Could not find certificate ${certificateArn}.`);
    }
    const wanted = objects(record.outputs, "domainValidationOptions");
    const fqdns = texts(inputs, "validationRecordFqdns").map(withoutDot);
    const unnamed = wanted.filter((option) => !fqdns.includes(withoutDot(text(option, "resourceRecordName"))));
    const unproven = wanted.some((option) => !proves(option, context));
    return first(
      fqdns.length > 0 &&
        unnamed.length > 0 &&
        unnamed
          .map(
            (option) =>
              `missing ${text(option, "domainName")} DNS validation record: ${withoutDot(text(option, "resourceRecordName"))}`,
          )
          .join("\n"),
      unproven &&
        `waiting for ACM Certificate (${certificateArn}) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s)`,
    );
  },
  create: (inputs) => ({
    // The id is the day of issue, as in Terraform.
    id: new Date().toISOString(),
    outputs: { validationRecordFqdns: texts(inputs, "validationRecordFqdns") },
  }),
};

function proves(option: Properties, { inventory }: Context): boolean {
  return inventory.list("aws:route53/record:Record").some(
    ({ outputs }: CloudRecord) =>
      withoutDot(text(outputs, "fqdn")) === withoutDot(text(option, "resourceRecordName")) &&
      outputs.type === option.resourceRecordType &&
      texts(outputs, "records")
        .map(withoutDot)
        .includes(withoutDot(text(option, "resourceRecordValue"))),
  );
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}

export const certificateBehaviours: Record<string, Resource> = {
  "aws:acm/certificate:Certificate": regional(tagged(certificate)),
  "aws:acm/certificateValidation:CertificateValidation": regional(certificateValidation),
};
