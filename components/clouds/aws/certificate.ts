/** The public certificate of the platform's names. */
import { Certificate, CertificateValidation } from "@pulumi/aws/acm";
import { Record as DnsRecord } from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";

export interface CertificateArgs {
  domain: string;
  zoneId: pulumi.Input<string>;
}

/** A certificate for the domain and every name directly under it, issued by ACM and renewed as long as its record stands. */
export class PlatformCertificate extends pulumi.ComponentResource {
  /** Known once ACM has issued it. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { domain, zoneId }: CertificateArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:aws:Certificate", name, {}, opts);
    const certificate = new Certificate(
      `${name}-certificate`,
      {
        domainName: domain,
        subjectAlternativeNames: [`*.${domain}`],
        validationMethod: "DNS",
        tags: { Name: `${name}-certificate` },
      },
      { parent: this },
    );
    // ACM proves a domain and its wildcard by one and the same record.
    const proof = certificate.domainValidationOptions.apply((options) => {
      const first = options[0];
      if (first === undefined) {
        throw new Error(`ACM names no record that would prove the ownership of ${domain}`);
      }
      return first;
    });
    const record = new DnsRecord(
      `${name}-certificate`,
      {
        zoneId,
        name: proof.resourceRecordName,
        type: proof.resourceRecordType,
        records: [proof.resourceRecordValue],
        ttl: 60,
        // Another cluster of the same domain has the same record: it depends on account and domain only.
        allowOverwrite: true,
      },
      { parent: this },
    );
    const validation = new CertificateValidation(
      `${name}-certificate`,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    this.arn = validation.certificateArn;
    this.registerOutputs();
  }
}
