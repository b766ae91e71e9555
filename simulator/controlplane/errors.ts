/** What an error of the Kubernetes API means. */
import { ApiException } from "@kubernetes/client-node";

export const isNotFound = (error: unknown): boolean => codeOf(error) === 404;
/** The object exists already, or has changed since it was read. */
export const isConflict = (error: unknown): boolean => codeOf(error) === 409;
export const isTooManyRequests = (error: unknown): boolean => codeOf(error) === 429;

function codeOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** Undefined where there is no such object. */
export async function present<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Awaits `work`; an error that is one of these counts as done. */
export async function ignoring(which: (error: unknown) => boolean, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!which(error)) throw error;
  }
}
