/** A Release's options as Helm's own (helmCreate, helmUpdate and Delete of provider/pkg/provider/helm_release.go). */
import type { Properties } from "../../provider";
import { defaultTimeoutSeconds } from "./inputs";

export function installFlags(inputs: Properties): string[] {
  return [
    ...common(inputs),
    ...flag(inputs.disableWebhooks, "--no-hooks"),
    ...flag(inputs.createNamespace, "--create-namespace"),
    ...flag(inputs.replace, "--replace"),
    ...flag(inputs.skipCrds, "--skip-crds"),
  ];
}

export function upgradeFlags(inputs: Properties): string[] {
  return [
    ...common(inputs),
    ...flag(inputs.disableCRDHooks, "--no-hooks"),
    ...flag(inputs.forceUpdate, "--force"),
    ...flag(inputs.resetValues, "--reset-values"),
    ...flag(inputs.reuseValues, "--reuse-values"),
    ...flag(inputs.cleanupOnFail, "--cleanup-on-fail"),
    // No limit unless one is given.
    "--history-max",
    String(typeof inputs.maxHistory === "number" ? inputs.maxHistory : 0),
  ];
}

/** Waits for the objects to go, unless the release was never waited for. */
export function uninstallFlags(release: Properties, customTimeout: number): string[] {
  const seconds = typeof release.timeout === "number" && release.timeout > 0 ? release.timeout : customTimeout;
  return [
    ...flag(release.atomic === true || release.skipAwait !== true, "--wait"),
    "--timeout",
    `${seconds || defaultTimeoutSeconds}s`,
  ];
}

function common(inputs: Properties): string[] {
  const isAwaited = inputs.skipAwait !== true;
  const seconds = typeof inputs.timeout === "number" && inputs.timeout > 0 ? inputs.timeout : defaultTimeoutSeconds;
  return [
    ...flag(isAwaited, "--wait"),
    ...flag(isAwaited && inputs.waitForJobs, "--wait-for-jobs"),
    ...flag(inputs.atomic, "--atomic"),
    ...flag(inputs.disableOpenapiValidation, "--disable-openapi-validation"),
    ...flag(inputs.renderSubchartNotes, "--render-subchart-notes"),
    ...flag(inputs.takeOwnership, "--take-ownership"),
    ...(typeof inputs.description === "string" && inputs.description ? ["--description", inputs.description] : []),
    "--timeout",
    `${seconds}s`,
  ];
}

function flag(value: unknown, name: string): string[] {
  return value === true ? [name] : [];
}
