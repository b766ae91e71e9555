import { expect, it } from "vitest";
import { endOf } from "../../../simulator/controlplane/exec";

const url = (path: string, ...command: string[]) =>
  `${path}?${command.map((word) => `command=${encodeURIComponent(word)}`).join("&")}&output=1`;
const container = "/exec/shop/database-0/postgres";

it("knows a command to the letter, and no other", () => {
  const played = ["psql && true"];
  expect(endOf({ url: url(container, "sh", "-c", "psql && true") }, played)).toEqual({ code: 0, errors: "" });
  for (const command of [
    ["sh", "-c", "psql && true; id"],
    ["sh", "-c", "psql && true", "more"],
    ["bash", "-c", "psql && true"],
    ["psql && true"],
  ]) {
    expect(endOf({ url: url(container, ...command) }, played)).toMatchObject({ code: 127 });
  }
});

it("takes nothing else for a command", () => {
  expect(endOf({ url: "/attach/shop/database-0/postgres" }, [])).toBeUndefined();
  expect(endOf({ url: "/exec/shop/database-0" }, [])).toBeUndefined();
});
