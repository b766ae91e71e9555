/** The Application Load Balancer in front of the ingress controller. */
import { SecurityGroup } from "@pulumi/aws/ec2";
import { Listener, LoadBalancer, TargetGroup } from "@pulumi/aws/lb";
import { SecurityGroupEgressRule, SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";

import type { KubernetesObject } from "../../cluster";
import { longest, withinLimit } from "./names";
import type { Network } from "./network";

export interface LoadBalancerArgs {
  network: Network;
  /** The group that EKS puts nodes and pods into. */
  clusterSecurityGroupId: pulumi.Input<string>;
  /** ARN of an issued certificate; without one the load balancer speaks plain HTTP. */
  certificateArn?: pulumi.Input<string>;
  protect: boolean;
}

/**
 * Traefik as its chart sets it up: Service and namespace `traefik`, port 443 of the Service to the entry point
 * `websecure` on 8443 of the pods, and `/ping` on its internal entry point, 8080.
 * https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/values.yaml
 */
const traefik = { service: "traefik", servicePort: 443, port: 8443, pingPort: 8080, pingPath: "/ping" };

export class IngressLoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  private readonly targetGroup: TargetGroup;
  private readonly securityGroup: SecurityGroup;

  constructor(
    private readonly prefix: string,
    args: LoadBalancerArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("platform:aws:LoadBalancer", prefix, {}, opts);
    const { network, certificateArn } = args;
    this.securityGroup = this.firewall(args);
    const balancer = new LoadBalancer(
      withinLimit(prefix, "alb", longest.loadBalancer),
      {
        loadBalancerType: "application",
        internal: false,
        subnets: network.publicSubnets.map((subnet) => subnet.id),
        securityGroups: [this.securityGroup.id],
        // Header names that a backend may read differently than the load balancer never reach it.
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        enableDeletionProtection: args.protect,
        tags: { Name: `${prefix}-alb` },
      },
      // AWS refuses a public load balancer in a subnet without a way to the internet.
      { parent: this, protect: args.protect, dependsOn: network.publicRoutes },
    );
    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.targetGroup = new TargetGroup(
      withinLimit(prefix, "traefik", longest.targetGroup),
      {
        vpcId: network.vpcId,
        targetType: "ip",
        // Encrypted on this way too. The load balancer takes whatever certificate the target has, here the one that
        // Traefik makes for itself: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html
        protocol: "HTTPS",
        port: traefik.port,
        // Traefik finishes open requests within 30 s of its last new one.
        deregistrationDelay: 30,
        healthCheck: {
          protocol: "HTTP",
          port: String(traefik.pingPort),
          path: traefik.pingPath,
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        tags: { Name: `${prefix}-traefik` },
      },
      { parent: this },
    );
    const forward = { type: "forward", targetGroupArn: this.targetGroup.arn };
    const listen = (
      protocol: "http" | "https",
      settings: Omit<ConstructorParameters<typeof Listener>[1], "loadBalancerArn">,
    ) =>
      new Listener(
        `${prefix}-${protocol}`,
        { loadBalancerArn: balancer.arn, ...settings, tags: { Name: `${prefix}-${protocol}` } },
        { parent: this },
      );
    if (certificateArn === undefined) {
      listen("http", { protocol: "HTTP", port: 80, defaultActions: [forward] });
    } else {
      const toHttps = { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };
      listen("http", { protocol: "HTTP", port: 80, defaultActions: [toHttps] });
      listen("https", {
        protocol: "HTTPS",
        port: 443,
        // TLS 1.2 and 1.3 with forward secrecy only:
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificateArn,
        defaultActions: [forward],
      });
    }
    this.registerOutputs();
  }

  /** Open to the world on the listeners' ports, and to the pods only behind. */
  private firewall({ network, clusterSecurityGroupId, certificateArn }: LoadBalancerArgs): SecurityGroup {
    const group = new SecurityGroup(
      `${this.prefix}-alb`,
      {
        description: `Load balancer of ${this.prefix}`,
        vpcId: network.vpcId,
        tags: { Name: `${this.prefix}-alb` },
      },
      { parent: this },
    );
    for (const port of certificateArn === undefined ? [80] : [80, 443]) {
      new SecurityGroupIngressRule(
        `${this.prefix}-alb-${port}`,
        {
          securityGroupId: group.id,
          description: "Clients",
          cidrIpv4: "0.0.0.0/0",
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          tags: { Name: `${this.prefix}-alb-${port}` },
        },
        { parent: this },
      );
    }
    for (const port of [traefik.port, traefik.pingPort]) {
      new SecurityGroupEgressRule(
        `${this.prefix}-alb-to-${port}`,
        {
          securityGroupId: group.id,
          description: "Ingress controller",
          referencedSecurityGroupId: clusterSecurityGroupId,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          tags: { Name: `${this.prefix}-alb-to-${port}` },
        },
        { parent: this },
      );
    }
    return group;
  }

  /** What the load-balancer controller makes of it: Traefik's pods registered as targets, and let in from here. */
  binding(): KubernetesObject {
    return {
      name: "traefik",
      apiVersion: "elbv2.k8s.aws/v1beta1",
      kind: "TargetGroupBinding",
      spec: {
        serviceRef: { name: traefik.service, port: traefik.servicePort },
        targetGroupARN: this.targetGroup.arn,
        targetType: "ip",
        networking: {
          ingress: [
            {
              from: [{ securityGroup: { groupID: this.securityGroup.id } }],
              ports: [traefik.port, traefik.pingPort].map((port) => ({ protocol: "TCP", port })),
            },
          ],
        },
      },
    };
  }
}
