/** Receivers of alerts, and backups. */
import { nobody } from "../../monitoring/alertmanager";
import { findRegion, regionNames } from "../../regions";
import { hasUserInfo } from "../formats";
import { setSecret } from "../problems";
import { type Check, check } from "./check";

const kinds = ["slack", "email", "webhook"] as const;

const receivers: Check = {
  reads: ["monitoring.receivers"],
  find: ({ given: { monitoring }, show }) =>
    (monitoring?.receivers ?? []).flatMap((receiver, index, all) => {
      const key = `monitoring.receivers[${index}]`;
      const path = ["monitoring", "receivers", index];
      const set = kinds.filter((kind) => receiver[kind] !== undefined);
      const { name, teams = [], email, webhook } = receiver;
      const twice = teams.find((team, position) => teams.indexOf(team) < position);
      return [
        ...(all.findIndex((other) => other.name === name) < index
          ? [
              {
                key: `${key}.name`,
                message: `${show([...path, "name"], name)} is the name of another receiver; give each its own`,
              },
            ]
          : []),
        ...(name === nobody
          ? [
              {
                key: `${key}.name`,
                message: `${show([...path, "name"], name)} is the receiver of what nobody is to be told; take another name`,
              },
            ]
          : []),
        ...(set.length === 0 ? [{ key, message: `has no kind; set one of ${kinds.join(", ")}` }] : []),
        ...(set.length > 1
          ? [{ key, message: `has ${set.join(" and ")}, and a receiver is of one kind; write one receiver for each` }]
          : []),
        ...(twice
          ? [
              {
                key: `${key}.teams`,
                message: `${show([...path, "teams"], teams)} names ${twice} twice; name each team once`,
              },
            ]
          : []),
        ...(email?.password !== undefined && email.username === undefined
          ? [
              {
                key: `${key}.email.username`,
                message: "missing beside the password; set it, or leave the password out",
              },
            ]
          : []),
        ...(email?.username !== undefined && email.password === undefined
          ? [
              {
                key: `${key}.email.password`,
                message: `missing beside the username; set it: ${setSecret([...path, "email", "password"])}`,
              },
            ]
          : []),
        ...(webhook !== undefined && hasUserInfo(webhook.url)
          ? [
              {
                key: `${key}.webhook.url`,
                message: `${show([...path, "webhook", "url"], webhook.url)} has credentials in it, which would be kept in plain text; leave them out`,
              },
            ]
          : []),
      ];
    }),
};

const localBackup = check(["cloud", "backup.enabled"], "backup.enabled", ({ given: { cloud, backup } }) =>
  cloud === "local" && backup?.enabled
    ? "true is not possible on local, which has no bucket; set it to false or leave it out"
    : undefined,
);

const lock = check(["cloud", "backup.lock"], "backup.lock", ({ given: { cloud, backup }, show }) =>
  cloud !== "local" || backup?.lock === undefined || backup.lock === "none"
    ? undefined
    : `${show(["backup", "lock"], backup.lock)} has no effect on local, which has no bucket; leave it out`,
);

const copyRegion = check(
  ["cloud", "region", "backup.copyRegion"],
  "backup.copyRegion",
  ({ given: { cloud, region, backup }, show }) => {
    const other = backup?.copyRegion;
    if (other === undefined) return undefined;
    const shown = show(["backup", "copyRegion"], other);
    if (cloud === "local") return `${shown} has no effect on local, which has no bucket; leave it out`;
    if (other === region) return `${shown} is the stack's own region, which the copy is to outlive; name another`;
    return findRegion(cloud, other)
      ? undefined
      : `${shown} is no region of ${cloud} that is known here; one of ${regionNames(cloud).join(", ")}`;
  },
);

/**
 * Prometheus writes 1 to 2 bytes a sample (https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects).
 * The platform alone has some 45,000 series, one sample each 30 s: 0.2 GiB a day, and a fifth of the volume stays free.
 */
const gibPerDay = 0.25;

const history = check(
  ["environment", "monitoring.retentionDays", "monitoring.storageGiB"],
  "monitoring.storageGiB",
  ({ given: { environment, monitoring: given }, config: { monitoring } }) => {
    const { retentionDays, storageGiB } = monitoring;
    // Of one GiB Prometheus would be told to use none, which means all.
    const needed = Math.max(2, Math.ceil(retentionDays * gibPerDay));
    if (storageGiB >= needed) return undefined;
    const whose = (key: "storageGiB" | "retentionDays") =>
      given?.[key] === undefined ? `, the default of ${environment},` : "";
    return `${storageGiB}${whose("storageGiB")} does not hold monitoring.retentionDays (${retentionDays}${whose("retentionDays").replace(/,$/, "")}): set it to ${needed} or more, or keep fewer days`;
  },
);

export const operationsChecks: Check[] = [receivers, localBackup, lock, copyRegion, history];
