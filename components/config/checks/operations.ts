/** Receivers of alerts, and backups. */
import { type Check, check } from "./check";

const kinds = ["slack", "email", "webhook"] as const;

const receivers: Check = {
  reads: ["monitoring.receivers"],
  find: ({ given: { monitoring }, show }) =>
    (monitoring?.receivers ?? []).flatMap((receiver, index, all) => {
      const key = `monitoring.receivers[${index}]`;
      const path = ["monitoring", "receivers", index];
      const set = kinds.filter((kind) => receiver[kind] !== undefined);
      const { name, teams = [], email } = receiver;
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
      ];
    }),
};

const localBackup = check(["cloud", "backup.enabled"], "backup.enabled", ({ given: { cloud, backup } }) =>
  cloud === "local" && backup?.enabled
    ? "true is not possible on local, which has no bucket; set it to false or leave it out"
    : undefined,
);

export const operationsChecks: Check[] = [receivers, localBackup];
