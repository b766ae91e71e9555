import { describe, expect, it } from "vitest";
import { mask, secretsOf } from "../../../cli/preview/mask";

/** A secret as an exported state has it. */
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

describe("secrets of a state", () => {
  const key = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj";
  const state = {
    resources: [
      {
        inputs: { name: "platform-dev-aws", password: secret("correct-horse") },
        outputs: { result: secret("correct-horse-battery") },
      },
      { inputs: { stringData: secret({ url: "https://hooks.example.com/T0/B0", user: "admin", count: 3 }) } },
      {
        outputs: { privateKey: secret(`-----BEGIN-----\n${key}\n-----END-----\n`), list: [secret(["in-a-list-too"])] },
      },
    ],
  };

  it.each([
    ["one", "denied for correct-horse", "denied for [secret]"],
    ["the longer of two that begin alike", "correct-horse-battery?", "[secret]?"],
    ["one within a structure", "POST https://hooks.example.com/T0/B0: 404", "POST [secret]: 404"],
    ["a line of one that has several", `bad key ${key}`, "bad key [secret]"],
    ["one in a list", "got in-a-list-too", "got [secret]"],
  ])("do not show: %s", (_, text, expected) => {
    expect(mask(text, secretsOf(state))).toBe(expected);
  });

  it("are not taken for what is short enough to occur by chance, nor is anything else", () => {
    const text = "admin may not create platform-dev-aws: -----BEGIN-----";
    expect(mask(text, secretsOf(state))).toBe(text);
  });

  it("are none where there is no state", () => {
    expect(secretsOf({})).toEqual([]);
    expect(secretsOf(undefined)).toEqual([]);
  });
});
