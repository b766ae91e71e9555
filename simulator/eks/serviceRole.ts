/** `eks:index:ServiceRole`: an IAM role that a service assumes, with managed policies (pulumi-eks nodejs/eks/servicerole.ts). */
import { createHash } from "node:crypto";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

export interface ServiceRoleArgs {
  /** The service that assumes the role: `eks.amazonaws.com`. */
  service: string;
  description?: string;
  /** Names of AWS-managed policies. */
  policies: string[];
  /** Default `sts:AssumeRole` alone. */
  actions?: string[];
  partition: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

export class ServiceRole extends pulumi.ComponentResource {
  readonly role: iam.Role;
  /** The role, known only when its policies are attached. */
  readonly attached: pulumi.Output<iam.Role>;

  constructor(name: string, args: ServiceRoleArgs, options: pulumi.ComponentResourceOptions) {
    super("eks:index:ServiceRole", name, {}, options);

    this.role = new iam.Role(
      `${name}-role`,
      {
        description: args.description,
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Action: args.actions ?? ["sts:AssumeRole"], Effect: "Allow", Principal: { Service: [args.service] } },
          ],
        }),
        tags: args.tags,
      },
      { parent: this },
    );

    const attachments = args.policies.map((policy) => {
      // The child's name comes from the ARN in the commercial partition, whatever partition the role is in.
      const suffix = createHash("sha1").update(`arn:aws:iam::aws:policy/${policy}`).digest("hex").slice(0, 8);
      return new iam.RolePolicyAttachment(
        `${name}-${suffix}`,
        { policyArn: pulumi.interpolate`arn:${args.partition}:iam::aws:policy/${policy}`, role: this.role },
        { parent: this },
      );
    });

    this.attached = pulumi.all([this.role.arn, ...attachments.map(({ id }) => id)]).apply(() => this.role);
    this.registerOutputs({ resolvedRole: this.attached, directRole: this.role });
  }
}
