import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { format } from "../../../simulator/schema/derive";
import { readDeclarations } from "../../../simulator/schema/derive/declarations";
import { providers } from "../../../simulator/schema/derive/tokens";

it.each(Object.entries(providers))(
  "the schemas of %s are those of the installed SDK (npm run schemas)",
  (name, provider) => {
    const committed = readFileSync(join(__dirname, "../../../simulator/schema/data", `${name}.types.json`), "utf8");
    expect(format(readDeclarations(provider))).toBe(committed);
  },
);
