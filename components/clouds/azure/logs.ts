/** The control plane's logs. */
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import { Workspace } from "@pulumi/azure-native/operationalinsights/workspace";
import * as pulumi from "@pulumi/pulumi";

import type { Environment } from "../../config/types";
import type { Place } from "./place";

export interface LogsArgs {
  place: Place;
  clusterId: pulumi.Input<string>;
  environment: Environment;
}

/**
 * Log categories: https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs. `kube-audit-admin` is the
 * audit log without what only reads, a small part of it; `guard` is who logged in, and as whom.
 */
const always = ["kube-audit-admin", "guard"];
const inProduction = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "cluster-autoscaler"];

export class ControlPlaneLogs extends pulumi.ComponentResource {
  constructor(name: string, { place, clusterId, environment }: LogsArgs, opts: pulumi.ComponentResourceOptions) {
    super("platform:azure:ControlPlaneLogs", name, {}, opts);
    const production = environment === "prod";
    const workspace = new Workspace(
      `${name}-logs`,
      { ...place, sku: { name: "PerGB2018" }, retentionInDays: production ? 365 : 30 },
      { parent: this },
    );
    new DiagnosticSetting(
      `${name}-logs`,
      {
        resourceUri: clusterId,
        workspaceId: workspace.id,
        // A table for each category, which cost less to keep and to ask than the one for all of Azure.
        logAnalyticsDestinationType: "Dedicated",
        logs: [...always, ...(production ? inProduction : [])].map((category) => ({ category, enabled: true })),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
