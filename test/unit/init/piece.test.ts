import { expect, it } from "vitest";
import { makeAll, MakingFailed, type Piece, planTable, survey } from "../../../cli/init/piece";
import { InitError } from "../../../cli/init/run";

function piece(name: string, found: boolean | string, more: Partial<Piece> = {}): Piece {
  return { what: "thing", name, action: "create", find: async () => found, make: async () => undefined, ...more };
}

it("does not look for what stands on something that is missing", async () => {
  const base = piece("base", false);
  const onTop = piece("top", true, {
    needs: base,
    find: async () => {
      throw new Error("looked for");
    },
  });
  const findings = await survey([base, onTop, piece("other", "recover"), piece("there", true)]);
  expect(findings.map(({ todo }) => todo)).toEqual(["create", "create", "recover", undefined]);
  expect(planTable(findings)).toMatch(/there +│ there/);
});

it("makes what is missing in its order, and ends where something is refused", async () => {
  const made: string[] = [];
  const make = (name: string) => async () => void made.push(name);
  const refused = piece("b", false, {
    make: async () => {
      throw new InitError("no right");
    },
  });
  const findings = await survey([
    piece("a", false, { make: make("a") }),
    piece("there", true, { make: make("there") }),
    refused,
    piece("c", false, { make: make("c") }),
  ]);
  await expect(makeAll(findings, () => undefined)).rejects.toThrow(new MakingFailed("no right"));
  expect(made).toEqual(["a"]);
});
