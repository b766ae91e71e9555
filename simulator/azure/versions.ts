/**
 * Kubernetes versions of AKS on 2026-11-21: https://learn.microsoft.com/azure/aks/supported-kubernetes-versions. Patches are
 * AKS' own; which one a minor version stands for changes nothing here.
 */
interface Offer {
  patch: string;
  /** Only with long-term support: the Premium tier and its support plan. */
  longTermOnly?: true;
}

const offers: Record<string, Offer> = {
  "1.31": { patch: "1.31.14", longTermOnly: true },
  "1.32": { patch: "1.32.13", longTermOnly: true },
  "1.33": { patch: "1.33.9", longTermOnly: true },
  "1.34": { patch: "1.34.6" },
  "1.35": { patch: "1.35.4" },
  "1.36": { patch: "1.36.2" },
};

/** What a cluster gets that names no version: the newest but one, as AKS does. */
export const defaultVersion = "1.35";

/** `1.35` of `1.35` and of `1.35.4`. */
export function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** 35 of `1.35.4`. */
export function minorNumber(version: string): number {
  return Number(version.split(".")[1]);
}

export function isOffered(version: string): boolean {
  return offers[minorOf(version)] !== undefined;
}

export function needsLongTermSupport(version: string): boolean {
  return offers[minorOf(version)]?.longTermOnly === true;
}

/** The patch that runs: the one named, or the minor version's latest. */
export function patchOf(version: string): string {
  return version.split(".").length > 2 ? version : (offers[version]?.patch ?? version);
}
