/** What is each cloud's own in a configuration: the names of its places and principals. */
import fc from "fast-check";
import * as aws from "../../components/clouds/aws/names";
import * as azure from "../../components/clouds/azure/names";
import * as gcp from "../../components/clouds/gcp/names";
import type { Cloud } from "../../components/config/types";
import { namePrefix } from "../../components/names";
import { group, label, maybe, publicRange, type Values } from "./drawn";

export type ManagedCloud = Exclude<Cloud, "local">;

export interface CloudsOwn {
  /** A name of a stack that makes names that the cloud takes. */
  stack: fc.Arbitrary<string>;
  /** Unset: the cloud takes none. */
  certificate?(region: string): fc.Arbitrary<string>;
  principal: fc.Arbitrary<string>;
  /** A network that exists already. */
  existing(region: string): fc.Arbitrary<Values>;
  /** Registries that nodes may pull from; unset where none are named. */
  registries?: fc.Arbitrary<string[]>;
  /** Instance types that `instances.ts` does not know. */
  instance: fc.Arbitrary<Values>;
  tagName: fc.Arbitrary<string>;
  tagValue: fc.Arbitrary<string>;
}

/** The part of an id that AWS draws. */
const drawnId = fc.stringMatching(/^[0-9a-f]{17}$/);
const uuid = fc.uuid();

function stackName(longest: number): fc.Arbitrary<string> {
  const room = longest - namePrefix("").length;
  const upTo = (least: number) => fc.stringMatching(new RegExp(`^[a-z0-9]([a-z0-9-]{${least},${room - 2}}[a-z0-9])?$`));
  // Left to chance most are short, and the limits of other names than the cluster's would go untried.
  return fc.oneof(upTo(0), upTo(room - 2)).filter((name) => name.length <= room && !gcp.reserved(namePrefix(name)));
}

const distinct = (id: fc.Arbitrary<string>, minLength: number, maxLength = 3) =>
  fc.uniqueArray(id, { minLength, maxLength });

export const cloudsOwn: Record<ManagedCloud, CloudsOwn> = {
  aws: {
    stack: stackName(aws.longestCluster),
    certificate: (region) => uuid.map((id) => `arn:aws:acm:${region}:111122223333:certificate/${id}`),
    principal: fc
      .tuple(fc.constantFrom("role", "user", "role/team"), label)
      .map(([kind, name]) => `arn:aws:iam::111122223333:${kind}/${name}`),
    existing: () =>
      distinct(drawnId, 4, 6).chain((ids) =>
        fc.integer({ min: 2, max: ids.length - 2 }).map((cut) => ({
          id: `vpc-${ids[0]}`,
          publicSubnets: ids.slice(0, cut).map((id) => `subnet-${id}`),
          privateSubnets: ids.slice(cut).map((id) => `subnet-${id}`),
        })),
      ),
    instance: fc.constantFrom(
      { instanceType: "t3.large", vcpu: 2, memoryGiB: 8 },
      { instanceType: "m7g.xlarge", vcpu: 4, memoryGiB: 16 },
    ),
    tagName: fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9 _.:/=+@-]{0,40}$/)
      .filter((name) => !/^(aws:|name$|k8s|kubernetes)/i.test(name)),
    tagValue: fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{0,60}$/),
  },
  azure: {
    stack: stackName(azure.longestCluster),
    principal: uuid,
    existing: () =>
      fc
        .record({ subscription: uuid, network: label, nodes: distinct(label, 1), outer: maybe(label) })
        .filter(({ nodes, outer }) => outer === undefined || !nodes.includes(outer))
        .map(({ subscription, network, nodes, outer }) => {
          const id = `/subscriptions/${subscription}/resourceGroups/shared/providers/Microsoft.Network/virtualNetworks/${network}`;
          const subnet = (name: string) => `${id}/subnets/${name}`;
          return { id, publicSubnets: outer === undefined ? [] : [subnet(outer)], privateSubnets: nodes.map(subnet) };
        }),
    registries: fc.uniqueArray(
      fc
        .tuple(uuid, fc.stringMatching(/^[a-zA-Z0-9]{5,50}$/))
        .map(
          ([subscription, name]) =>
            `/subscriptions/${subscription}/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/${name}`,
        ),
      { maxLength: 2, selector: (id) => id.split("/").at(-1)?.toLowerCase() },
    ),
    instance: fc.constant({ instanceType: "Standard_D4as_v5", vcpu: 4, memoryGiB: 16 }),
    tagName: fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9 _.:=+@-]{0,40}$/)
      .filter((name) => !/^(microsoft|azure|windows|aks-managed)/i.test(name)),
    tagValue: fc.string({ maxLength: 60 }),
  },
  gcp: {
    stack: stackName(gcp.longestCluster),
    certificate: () => label.map((name) => `projects/example/global/sslCertificates/${name}`),
    principal: label.map((name) => `${name}@example.com`),
    existing: (region) =>
      fc.tuple(label, label).map(([network, subnet]) => ({
        id: `projects/example-net/global/networks/${network}`,
        publicSubnets: [],
        privateSubnets: [`projects/example-net/regions/${region}/subnetworks/${subnet}`],
      })),
    instance: fc.constant({ instanceType: "n2-standard-4", vcpu: 4, memoryGiB: 16 }),
    tagName: fc.stringMatching(/^[a-z][a-z0-9_-]{0,40}$/).filter((name) => !name.startsWith("goog")),
    tagValue: fc.stringMatching(/^[a-z0-9_-]{0,60}$/),
  },
};

/** Who reaches the cluster: from where, or from inside only; nobody twice in a list, but in several lists. */
export function accessOf({ principal }: CloudsOwn): fc.Arbitrary<Values> {
  const lists = fc.uniqueArray(principal, { minLength: 1, maxLength: 3 }).chain((all) =>
    group({
      adminGroups: fc.subarray(all),
      developerGroups: fc.subarray(all),
      operationsGroups: fc.subarray(all),
    }),
  );
  const reach = fc.oneof(
    fc.constant({ private: true }),
    group({ private: fc.constant(false), authorizedNetworks: fc.uniqueArray(publicRange, { maxLength: 4 }) }),
  );
  return fc.tuple(lists, reach).map(([groups, way]) => ({ ...way, ...groups }));
}
