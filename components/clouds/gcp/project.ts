/** The Google project that a stack is brought up in, and the identities that Google has in it. */
import { project as configuredProject } from "@pulumi/gcp/config";
import { getProject } from "@pulumi/gcp/organizations";
import type * as pulumi from "@pulumi/pulumi";

export interface Project {
  /** `example-prod` */
  id: string;
  /** Twelve digits or so: Google's own service accounts are named by it. */
  number: string;
}

/**
 * The project as the Google provider itself is told it: `gcp:project` in the stack's configuration, else
 * GOOGLE_PROJECT, GOOGLE_CLOUD_PROJECT, GCLOUD_PROJECT or CLOUDSDK_CORE_PROJECT in the environment.
 *
 * @throws where there is none
 */
export function projectId(): string {
  if (configuredProject) return configuredProject;
  throw new Error(
    "no Google project is named; name the one that the stack belongs in: pulumi config set gcp:project <project id> " +
      "(or set GOOGLE_PROJECT)",
  );
}

/** @throws where the project does not exist, or may not be looked at */
export async function lookUpProject(id: string, provider: pulumi.ProviderResource): Promise<Project> {
  try {
    return { id, number: (await getProject({ projectId: id }, { provider })).number };
  } catch (error) {
    throw new Error(
      `the Google project "${id}" cannot be looked at: ${error instanceof Error ? error.message : String(error)} ` +
        `(needed: resourcemanager.projects.get)`,
      { cause: error },
    );
  }
}

/**
 * The identity in which GKE itself works in the project, made by Google when GKE's API is turned on:
 * https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets#grant_permission
 */
export function gkeServiceAgent({ number }: Project): string {
  return `serviceAccount:service-${number}@container-engine-robot.iam.gserviceaccount.com`;
}
