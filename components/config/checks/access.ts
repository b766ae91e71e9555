/** Who reaches the API server, and as whom. */
import { overlaps, parseCidr } from "../../cidr";
import { privateRanges } from "../ranges";
import { type Check, check, checkEach, isManaged } from "./check";

/** How the clouds name principals. */
const principals = {
  // EKS has access entries for roles and users only, and an assumed role is not one:
  // https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
  aws: {
    // The partitions aws-cn and aws-us-gov have none of the regions that there are here.
    pattern: /^arn:aws:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
    name: "IAM role or user ARN",
    example: "arn:aws:iam::111122223333:role/platform-admins",
  },
  azure: {
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    name: "object id of an Entra group",
    example: "0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7",
  },
  // https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac
  gcp: {
    pattern: /^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$/i,
    name: "address of a Google group",
    example: "platform-admins@example.com",
  },
};

/** Most ranges that may reach the API server. */
const mostNetworks = {
  // https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
  aws: 40,
  // https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
  // less those that nodes go out with, one for each zone
  azure: 200 - 3,
  // https://cloud.google.com/kubernetes-engine/quotas
  gcp: 100,
};

const privateAndPublic = check(
  ["access.private", "access.authorizedNetworks"],
  "access.authorizedNetworks",
  ({ given: { access }, show }) =>
    access?.private && access.authorizedNetworks !== undefined && access.authorizedNetworks.length > 0
      ? `${show(["access", "authorizedNetworks"], access.authorizedNetworks)} has no effect while access.private is true: the API server has no public address; leave one of the two out`
      : undefined,
);

const networkCount = check(
  ["cloud", "access.authorizedNetworks"],
  "access.authorizedNetworks",
  ({ given: { cloud, access } }) => {
    const count = access?.authorizedNetworks?.length ?? 0;
    return isManaged(cloud) && count > mostNetworks[cloud]
      ? `${count} ranges are too many; ${cloud} takes ${mostNetworks[cloud]}`
      : undefined;
  },
);

const networks = checkEach(
  ["access.authorizedNetworks"],
  ["access", "authorizedNetworks"],
  ({ access }) => access?.authorizedNetworks,
  (range, _input, index, all) => {
    if (all.indexOf(range) < index) return "is named twice; name each range once";
    const cidr = parseCidr(range);
    // A range that holds private ones and others, such as 0.0.0.0/0, is a public one.
    const inside = privateRanges.find((one) => parseCidr(one).prefix <= cidr.prefix && overlaps(parseCidr(one), cidr));
    return (
      inside &&
      `is private (inside ${inside}), and nobody comes from it to a public address; name the address that others see`
    );
  },
);

function groups(list: "adminGroups" | "developerGroups" | "operationsGroups"): Check {
  return checkEach(
    ["cloud", `access.${list}`],
    ["access", list],
    ({ access }) => access?.[list],
    (principal, { given: { cloud } }, index, all) => {
      if (all.indexOf(principal) < index) return "is named twice; name each principal once";
      if (!isManaged(cloud) || principals[cloud].pattern.test(principal)) return undefined;
      const owner = (Object.keys(principals) as (keyof typeof principals)[]).find((other) =>
        principals[other].pattern.test(principal),
      );
      const reason = owner
        ? `is how ${owner} names a principal, and cloud is ${cloud}`
        : `is no ${principals[cloud].name}`;
      return `${reason}; write it like ${principals[cloud].example}`;
    },
  );
}

export const accessChecks: Check[] = [
  privateAndPublic,
  networkCount,
  networks,
  groups("adminGroups"),
  groups("developerGroups"),
  groups("operationsGroups"),
];
