/** Reserved addresses: regional ones, for NAT, and global ones, for load balancers. */
import type { Context } from "../cloud/behaviour";
import { text, texts } from "../cloud/values";
import type { Properties } from "../provider";
import { forwardingRule } from "./balancers";
import { exists, first, invalid, inUse, quotaExceeded } from "./refusals";
import { regionNames } from "./regions";
import {
  autoName,
  labelled,
  owned,
  plainReference,
  projectOf,
  regionFor,
  selfLink,
  timestamp,
  type Resource,
} from "./resource";

/** Static addresses of a region, and global ones, of a project by default: https://cloud.google.com/compute/resource-usage */
const addressesByDefault = 8;

/** Benchmarking range of RFC 2544: it belongs to nobody. */
export function publicAddress(context: Context): string {
  return `198.18.${parseInt(context.hex(2), 16)}.${1 + (parseInt(context.hex(2), 16) % 254)}`;
}

const address: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context), addressType: "EXTERNAL" }),
  uniqueName(inputs, context) {
    const id = regionalId(inputs, context);
    return { scope: "project", name: id, taken: exists("Address", id) };
  },
  refuse(inputs, context) {
    const region = regionFor(inputs, context);
    const beside = context.inventory
      .list("gcp:compute/address:Address")
      .filter(({ outputs }) => outputs.region === region && outputs.addressType === "EXTERNAL");
    return first(
      !regionNames().includes(region) &&
        `Error creating Address: ${invalid(`Invalid value for field 'region': '${region}'. Unknown region.`)}`,
      inputs.addressType !== "INTERNAL" &&
        beside.length >= addressesByDefault &&
        quotaExceeded("Address", "STATIC_ADDRESSES", addressesByDefault, `in region ${region}`),
    );
  },
  create(inputs, context) {
    const id = regionalId(inputs, context);
    return {
      id,
      outputs: {
        address: inputs.address ?? publicAddress(context),
        addressId: context.hex(16),
        creationTimestamp: timestamp(),
        labelFingerprint: context.hex(12),
        networkTier: inputs.networkTier ?? "PREMIUM",
        prefixLength: inputs.prefixLength ?? 0,
        purpose: inputs.purpose ?? "",
        region: regionFor(inputs, context),
        selfLink: selfLink(id),
        subnetwork: inputs.subnetwork ?? "",
        users: [],
      },
    };
  },
  refuseDelete({ id, outputs }, { inventory }) {
    const nat = inventory
      .list("gcp:compute/routerNat:RouterNat")
      .find((record) => texts(record.outputs, "natIps").some((ip) => plainReference(ip) === id));
    const router =
      nat &&
      `projects/${text(outputs, "project")}/regions/${text(outputs, "region")}/routers/${text(nat.outputs, "router")}`;
    return router && inUse("Address", "address", id, router);
  },
};

const globalAddress: Resource = {
  defaults: (inputs, context) => ({ ...autoName(inputs, context), addressType: "EXTERNAL" }),
  uniqueName(inputs, context) {
    const id = globalId(inputs, context);
    return { scope: "project", name: id, taken: exists("GlobalAddress", id) };
  },
  refuse: (_inputs, { inventory }) =>
    inventory.list("gcp:compute/globalAddress:GlobalAddress").length >= addressesByDefault
      ? quotaExceeded("GlobalAddress", "STATIC_ADDRESSES", addressesByDefault, "globally")
      : undefined,
  create(inputs, context) {
    const id = globalId(inputs, context);
    return {
      id,
      outputs: {
        address: inputs.address ?? publicAddress(context),
        creationTimestamp: timestamp(),
        labelFingerprint: context.hex(12),
        prefixLength: inputs.prefixLength ?? 0,
        selfLink: selfLink(id),
      },
    };
  },
  refuseDelete({ id, outputs }, { inventory }) {
    const rule = forwardingRule(inventory, "address", text(outputs, "name"));
    return rule && inUse("GlobalAddress", "address", id, rule.id);
  },
};

function regionalId(inputs: Properties, context: Context): string {
  return `projects/${projectOf(inputs, context)}/regions/${regionFor(inputs, context)}/addresses/${text(inputs, "name")}`;
}

function globalId(inputs: Properties, context: Context): string {
  return `projects/${projectOf(inputs, context)}/global/addresses/${text(inputs, "name")}`;
}

export const addressBehaviours: Record<string, Resource> = {
  "gcp:compute/address:Address": owned(labelled(address)),
  "gcp:compute/globalAddress:GlobalAddress": owned(labelled(globalAddress)),
};
