import { describe, expect, it } from "vitest";
import type { JournalEntry } from "../../../simulator/journal";
import { Schedule, type StateResource } from "../../bench/criticalPath";

const custom = (urn: string, rest: Partial<StateResource> = {}): StateResource => ({ urn, custom: true, ...rest });
const component = (urn: string, rest: Partial<StateResource> = {}): StateResource => ({ urn, custom: false, ...rest });
const ran = (urn: string, start: number, end: number, operation: JournalEntry["operation"] = "create") => ({
  urn,
  type: "t",
  operation,
  start: start * 1000,
  end: end * 1000,
});

describe("critical path", () => {
  it("is the longest chain of dependencies, not the longest resource", () => {
    const resources = [
      custom("a"),
      custom("b", { dependencies: ["a"] }),
      custom("c", { dependencies: ["b"] }),
      custom("d"),
    ];
    const schedule = new Schedule(resources, [ran("a", 0, 3), ran("b", 3, 5), ran("c", 5, 9), ran("d", 0, 8)]);
    expect(schedule.criticalPath()).toEqual({ seconds: 9, steps: ["a", "b", "c"] });
  });

  it("goes through providers, which take no time", () => {
    const resources = [
      custom("cluster"),
      custom("s::p::pulumi:providers:k::k", { dependencies: ["cluster"] }),
      custom("object", { provider: "s::p::pulumi:providers:k::k::some-id" }),
    ];
    const schedule = new Schedule(resources, [ran("cluster", 0, 4), ran("object", 4, 5)]);
    expect(schedule.criticalPath()).toEqual({ seconds: 5, steps: ["cluster", "object"] });
    expect(schedule.actualPath().map(({ urn }) => urn)).toEqual(["cluster", "object"]);
  });

  it("waits for everything in a component, however deep, where a dependency names the component", () => {
    const resources = [
      component("outer"),
      component("inner", { parent: "outer" }),
      custom("deep", { parent: "inner" }),
      custom("after", { dependencies: ["outer"] }),
    ];
    const schedule = new Schedule(resources, [ran("deep", 0, 2), ran("after", 2, 3)]);
    expect(schedule.criticalPath()).toEqual({ seconds: 3, steps: ["deep", "after"] });
  });

  it("lets children wait for what their components wait for, and for parents that are made themselves", () => {
    const resources = [
      custom("first"),
      component("outer", { dependencies: ["first"] }),
      component("inner", { parent: "outer" }),
      custom("child", { parent: "inner" }),
      custom("grandchild", { parent: "child" }),
    ];
    const schedule = new Schedule(resources, [ran("first", 0, 5), ran("child", 5, 6), ran("grandchild", 6, 7)]);
    expect(schedule.criticalPath()).toEqual({ seconds: 7, steps: ["first", "child", "grandchild"] });
  });

  it("does not let siblings wait for one another", () => {
    const resources = [component("both"), custom("one", { parent: "both" }), custom("other", { parent: "both" })];
    const schedule = new Schedule(resources, [ran("one", 0, 2), ran("other", 2, 4)]);
    expect(schedule.criticalPath().seconds).toBe(2);
  });

  it("adds the attempts of a resource up, and leaves deletions out", () => {
    const journal = [ran("a", 0, 1), ran("a", 5, 7, "update"), ran("a", 8, 20, "delete")];
    expect(new Schedule([custom("a")], journal).criticalPath()).toEqual({ seconds: 3, steps: ["a"] });
  });

  it("ends where a state names a cycle", () => {
    const resources = [custom("a", { dependencies: ["b"] }), custom("b", { dependencies: ["a"] })];
    const schedule = new Schedule(resources, [ran("a", 0, 1), ran("b", 1, 2)]);
    expect(schedule.criticalPath().seconds).toBe(2);
  });
});

describe("the path as it ran", () => {
  it("shows what each resource lost after the last one that it waited for", () => {
    const resources = [custom("a"), custom("b"), custom("c", { dependencies: ["a", "b"] })];
    const schedule = new Schedule(resources, [ran("a", 0, 1), ran("b", 0, 3), ran("c", 4.5, 6)]);
    expect(schedule.actualPath()).toEqual([
      { urn: "b", seconds: 3, lost: 0 },
      { urn: "c", seconds: 1.5, lost: 1.5 },
    ]);
    expect(schedule.span()).toEqual({ start: 0, end: 6000 });
  });
});
