/** A controller's loop: watches objects of one kind and has each one looked at whenever it changes. */
import { makeInformer, type KubernetesListObject, type KubernetesObject } from "@kubernetes/client-node";
import { isNotFound, isTooManyRequests } from "../errors";
import type { StandInContext } from "./index";

export interface Loop {
  stop(): Promise<void>;
}

/** Seconds after which the object is to be looked at again though it has not changed; nothing: when it changes. */
export type Again = number | undefined;

/** Whose objects a loop watches, and where it tells of errors. */
export type LoopContext = Pick<StandInContext, "config" | "log"> & { cluster: { name: string } };

/**
 * Starts a loop. One object is never looked at twice at the same time; an error is logged, and the object looked at
 * again a second later. "Not found" is no error: the object, or its namespace, has been deleted meanwhile.
 *
 * @param path of the kind's list over all namespaces, `/api/v1/services`.
 * @param reconcile gets the object as it was last seen; never one that is known to be gone. What else it reads may be
 *   missing without the object being gone: it has to ask with `present` then.
 * @param gone gets an object that is no longer there, as it was last seen.
 */
export function startLoop<T extends KubernetesObject>(
  { config, cluster, log }: LoopContext,
  path: string,
  list: () => Promise<KubernetesListObject<T>>,
  reconcile: (object: T) => Promise<Again | void>,
  gone: (object: T) => void = () => undefined,
): Loop {
  const informer = makeInformer(config, path, list);
  const objects = new Map<string, T>();
  /** Keys that are being looked at; true where they have changed meanwhile. */
  const busy = new Map<string, boolean>();
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  /** What was said last of each object, so that a lasting error is told once. */
  const told = new Map<string, string>();
  const tell = (key: string, error: unknown): void => {
    const text = `${cluster.name}: ${path} ${key}: ${error instanceof Error ? error.message : String(error)}`;
    if (!stopped && told.get(key) !== text) log(text);
    told.set(key, text);
  };

  const later = (seconds: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!stopped) work();
    }, seconds * 1000);
    timer.unref();
    timers.add(timer);
  };

  const look = async (key: string): Promise<void> => {
    if (busy.has(key)) {
      busy.set(key, true);
      return;
    }
    const object = objects.get(key);
    if (!object || stopped) return;
    busy.set(key, false);
    let again: Again | void;
    try {
      again = await reconcile(object);
    } catch (error) {
      if (!isNotFound(error)) {
        tell(key, error);
        again = 1;
      }
    }
    const changed = busy.get(key);
    busy.delete(key);
    if (changed) void look(key);
    else if (again !== undefined) later(again, () => void look(key));
  };

  const changed = (object: T): void => {
    const key = keyOf(object);
    objects.set(key, object);
    void look(key);
  };
  informer.on("add", changed);
  informer.on("update", changed);
  informer.on("delete", (object: T) => {
    objects.delete(keyOf(object));
    gone(object);
  });
  informer.on("error", (error: unknown) => {
    // The API server has not yet read what is stored of a kind that is new: its own watches wait too.
    if (!isTooManyRequests(error)) tell("", error);
    later(1, () => void informer.start());
  });
  void informer.start();

  return {
    stop: async () => {
      stopped = true;
      timers.forEach(clearTimeout);
      await informer.stop();
    },
  };
}

function keyOf({ metadata }: KubernetesObject): string {
  return metadata?.namespace ? `${metadata.namespace}/${metadata.name}` : (metadata?.name ?? "");
}
