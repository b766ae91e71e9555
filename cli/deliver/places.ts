/** Where a gitops repository writes which images an application runs, and in which order environments get them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** In the order in which a version goes through them. */
export const environments = ["dev", "staging", "prod"] as const;

export type Environment = (typeof environments)[number];

/** One application in one environment. */
export interface Place {
  app: string;
  environment: Environment;
  /** The kustomization with its `images`, from the gitops folder: `apps/guestbook/overlays/dev/kustomization.yaml`. */
  file: string;
  /** The Argo CD Application that deploys it. */
  application: string;
}

/** The folders of the environments that share a cluster: `apps/development/frontend`. */
const folders: Record<Environment, string> = { dev: "development", staging: "staging", prod: "production" };

/** What was asked for is not there; `message` says what is. */
export class UnknownPlace extends Error {}

/**
 * @param folder the gitops folder.
 * @returns every application's places, those of one application in the order of the environments. An application with
 *   no overlays is in production, wherever it runs: whatever is written there is live at once, and nothing was before it.
 */
export function findPlaces(folder: string): Place[] {
  const places: Place[] = [];
  const add = (app: string, environment: Environment, path: string, application: string) => {
    const file = `${path}/kustomization.yaml`;
    if (existsSync(join(folder, file))) places.push({ app, environment, file, application });
  };
  const shared: readonly string[] = Object.values(folders);
  for (const app of subfolders(join(folder, "apps")).filter((name) => name !== "base" && !shared.includes(name))) {
    if (!existsSync(join(folder, "apps", app, "overlays"))) add(app, "prod", `apps/${app}`, app);
    for (const environment of environments) {
      add(app, environment, `apps/${app}/overlays/${environment}`, `${app}-${environment}`);
    }
  }
  const named = new Set(places.map(({ app }) => app));
  const components = new Set(shared.flatMap((name) => subfolders(join(folder, "apps", name))));
  for (const app of [...components].filter((name) => !named.has(name)).sort()) {
    for (const environment of environments) {
      add(app, environment, `apps/${folders[environment]}/${app}`, `environment-${folders[environment]}`);
    }
  }
  return places;
}

/** @throws UnknownPlace where there is no such application. */
export function placesOf(folder: string, app: string): [Place, ...Place[]] {
  const places = findPlaces(folder);
  const [first, ...rest] = places.filter((place) => place.app === app);
  if (first) return [first, ...rest];
  const names = [...new Set(places.map((place) => place.app))].join(", ");
  throw new UnknownPlace(`${app}: there is no such application in apps/; there are ${names || "none"}`);
}

/** @throws UnknownPlace where the application, or its environment, is not there. */
export function placeOf(folder: string, app: string, environment: string): Place {
  const places = placesOf(folder, app);
  const found = places.find((place) => place.environment === environment);
  if (found) return found;
  const names = places.map((place) => place.environment).join(", ");
  throw new UnknownPlace(`${app} has no environment ${environment}; it has ${names}`);
}

/** The environment that gets what this one has; undefined after the last. */
export function nextPlace(folder: string, { app, environment }: Place): Place | undefined {
  const places = placesOf(folder, app);
  return places[places.findIndex((place) => place.environment === environment) + 1];
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
