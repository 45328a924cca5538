import { describe, expect, it } from "vitest";
import type { Drawn } from ".";
import { anchored } from "./anchors";

const note = (text: string): Drawn => ({ type: "note", text, level: "info", title: null });
const stat = (title: string): Drawn =>
  ({ type: "stat", title, value: 1, unit: null, precision: null, color: null, band: null, note: null }) as Drawn;

describe("the blocks of a panel", () => {
  it("are addressed by their kind and which of it", () => {
    expect(anchored([stat("a"), note("x"), stat("b")]).map((one) => one.anchor)).toEqual(["stat", "note", "stat-2"]);
  });

  it("stay the same when another comes before them, and are told apart under one title", () => {
    const [before] = anchored([stat("a")]);
    const after = anchored([note("x"), stat("a"), stat("a")]);

    expect(after[1]?.key).toBe(before?.key);
    expect(new Set(after.map((one) => one.key)).size).toBe(3);
  });
});
