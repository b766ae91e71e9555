/** What the provider's functions answer. */
import type { Context } from "../cloud/behaviour";
import { objects, text } from "../cloud/values";
import type { Properties } from "../provider";
import { zoneName } from "./records";
import { googleError } from "./refusals";
import { plainReference, projectNumber, projectOf, regionFor, referenced } from "./resource";

export type Invoke = (args: Properties, context: Context) => Properties;

const getProject: Invoke = (args, context) => {
  const projectId = text(args, "projectId") || projectOf({}, context);
  return {
    autoCreateNetwork: false,
    billingAccount: "000000-000000-000000",
    deletionPolicy: "PREVENT",
    effectiveLabels: {},
    folderId: "",
    id: `projects/${projectId}`,
    labels: {},
    name: projectId,
    number: projectNumber(projectId),
    orgId: "",
    projectId,
    pulumiLabels: {},
    tags: {},
  };
};

/** google-beta/tpgresource/self_link_helpers.go, `GetLocationalResourcePropertiesFromSelfLinkString`: no short forms. */
const getSubnetwork: Invoke = (args, context) => {
  const link = text(args, "selfLink");
  if (link !== "" && new URL(link, "https://none").pathname.split("/").length < 9) {
    throw new Error(`value ${link} was not a self link`);
  }
  const reference = link || text(args, "name");
  const project = projectOf(args, context);
  const found = referenced(context, "gcp:compute/subnetwork:Subnetwork", reference, project);
  const region = regionFor(args, context);
  if (!found || (!reference.includes("/") && found.outputs.region !== region)) {
    const id = reference.includes("/")
      ? plainReference(reference)
      : `projects/${project}/regions/${region}/subnetworks/${reference}`;
    throw new Error(googleError(404, `The resource '${id}' was not found`, "notFound"));
  }
  const { outputs } = found;
  return {
    description: "",
    fingerprint: "",
    gatewayAddress: "",
    internalIpv6Prefix: "",
    privateIpGoogleAccess: false,
    ...outputs,
    id: found.id,
    secondaryIpRanges: objects(outputs, "secondaryIpRanges"),
  };
};

/** The zones that the project has had before any stack: one for each of `domains`. */
const getManagedZones =
  (domains: string[]): Invoke =>
  (args, context) => {
    const project = projectOf(args, context);
    const managedZones = domains
      .filter((domain) => args.dnsName === undefined || args.dnsName === `${domain}.`)
      .map((domain) => {
        const name = zoneName(domain);
        return {
          description: "",
          dnsName: `${domain}.`,
          id: `projects/${project}/managedZones/${name}`,
          managedZoneId: projectNumber(name),
          name,
          nameServers: ["a", "b", "c", "d"].map((letter) => `ns-cloud-${letter}1.googledomains.com.`),
          project,
          visibility: "public",
        };
      });
    return { id: `projects/${project}/managedZones`, managedZones, project };
  };

/** @param domains that have a zone in the project */
export function gcpInvokes(domains: string[]): Record<string, Invoke> {
  return {
    "gcp:compute/getSubnetwork:getSubnetwork": getSubnetwork,
    "gcp:dns/getManagedZones:getManagedZones": getManagedZones(domains),
    "gcp:organizations/getProject:getProject": getProject,
  };
}
