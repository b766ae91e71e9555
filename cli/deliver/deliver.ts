/** A version's way through the environments: into the first by its build, on to the next by promotion. */
import { main, pushToBranch, pushToMain, readAt, readNow, type Check, type Proposal, type Target } from "./change";
import { readImages, runs, sameImages, withImages, withVersion, type Image, type Reference } from "./images";
import { findPlaces, nextPlace, placeOf, placesOf, UnknownPlace, type Environment, type Place } from "./places";
import { openPullRequest } from "./pullRequest";

export type Outcome =
  /** Git says so already, or something newer. */
  | { done: "nothing"; why: string }
  /** On `main`: Argo CD deploys it. */
  | { done: "pushed"; commit: string }
  /** A person decides. */
  | { done: "proposed"; url: string };

/** What a change of one environment leads to. */
export interface Promotion {
  app: string;
  from: Environment;
  to: Environment;
}

/**
 * Writes a published image into the application's first environment.
 *
 * @param folder the gitops folder, in a clone.
 * @throws UnknownPlace, BadImage
 */
export async function setImage(folder: string, app: string, image: Reference, check: Check): Promise<Outcome> {
  const [place] = placesOf(folder, app);
  const propose = (here: string) => proposeVersion(here, app, image);
  return deliver(place, { folder, check, propose }, () => `${place.environment} has it already`);
}

/** What writes an image into the application's first environment; undefined where it is there. */
export async function proposeVersion(folder: string, app: string, image: Reference): Promise<Proposal | undefined> {
  const [place] = placesOf(folder, app);
  const text = await readNow(folder, place.file);
  return propose(place, text, withVersion(readImages(text), image), "as its build published it");
}

/**
 * Writes the images of one environment into the next: those of the commit that is checked out, which is the one that was
 * tested. Where `main` has others there by now, nothing is done: what made them promotes them.
 *
 * @throws UnknownPlace, BadImage
 */
export async function promote(folder: string, app: string, from: string, check: Check): Promise<Outcome> {
  const source = placeOf(folder, app, from);
  const target = nextPlace(folder, source);
  if (!target) throw new UnknownPlace(`${app}: nothing comes after ${from}`);
  const tested = await readAt(folder, "HEAD", source.file);
  if (tested === undefined) throw new UnknownPlace(`${source.file}: not in the commit that is checked out`);
  const images = readImages(tested);
  if (images.length === 0) throw new UnknownPlace(`${source.file}: it has no images to promote`);

  let why = `${target.environment} has what ${from} has`;
  const proposal = async (here: string) => {
    if (!sameImages(images, readImages(await readNow(here, source.file)))) {
      why = `${from} has moved on: its newest change is promoted by a run of its own`;
      return undefined;
    }
    return propose(target, await readNow(here, target.file), images, `as ${from} runs it`);
  };
  return deliver(target, { folder, check, propose: proposal }, () => why);
}

/**
 * What the commits since that one lead to: a promotion for each environment whose images they changed, but the last.
 *
 * @returns none where there is no such commit: what a forced push has put there, nobody can tell.
 */
export async function promotionsSince(folder: string, commit: string): Promise<Promotion[]> {
  const promotions: Promotion[] = [];
  for (const place of findPlaces(folder)) {
    const target = nextPlace(folder, place);
    const before = await readAt(folder, commit, place.file);
    const now = await readAt(folder, "HEAD", place.file);
    if (!target || before === undefined || now === undefined) continue;
    if (sameImages(readImages(before), readImages(now))) continue;
    promotions.push({ app: place.app, from: place.environment, to: target.environment });
  }
  return promotions;
}

async function deliver(place: Place, target: Target, nothing: () => string): Promise<Outcome> {
  // Production takes nothing but what a person has merged.
  if (place.environment !== "prod") {
    const pushed = await pushToMain(target);
    return pushed ? { done: "pushed", commit: pushed.commit } : { done: "nothing", why: nothing() };
  }
  const branch = `promote/${place.app}-${place.environment}`;
  const pushed = await pushToBranch(branch, target);
  if (!pushed) return { done: "nothing", why: nothing() };
  const [title = "", , ...body] = pushed.message.split("\n");
  const url = await openPullRequest(target.folder, { branch, base: main, title, body: body.join("\n") });
  return { done: "proposed", url };
}

function propose(place: Place, text: string, images: Image[], why: string): Proposal | undefined {
  const before = readImages(text);
  const changed = images.filter((image) => {
    const there = before.find(({ name }) => name === image.name);
    return !there || runs(there) !== runs(image);
  });
  if (changed.length === 0) return undefined;
  const lines = changed.map((image) => {
    const there = before.find(({ name }) => name === image.name);
    return `- ${there ? runs(there) : "(none)"}\n  → ${runs(image)}`;
  });
  const versions = changed.map(({ newTag, digest }) => newTag?.slice(0, 12) ?? digest?.slice(7, 19) ?? "").join(", ");
  return {
    files: { [place.file]: withImages(text, changed) },
    message: `${place.app} in ${place.environment}: ${versions}\n\n${why}:\n\n${lines.join("\n")}\n`,
  };
}
