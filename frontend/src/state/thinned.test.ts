import { describe, expect, it } from "vitest";
import { addUp } from "./thinned";

describe("what thinned tiles say", () => {
  it("adds up over tiles, each layer by itself", () => {
    const said = addUp([
      { layer: "a", kept: 12_000, total: 15_031 },
      { layer: "b", kept: 10, total: 20 },
      { layer: "a", kept: 11_000, total: 12_001 },
    ]);

    expect([...said]).toEqual([
      ["a", { kept: 23_000, total: 27_032 }],
      ["b", { kept: 10, total: 20 }],
    ]);
  });

  it("is nothing where no tile is thinned, or a tile speaks otherwise", () => {
    expect(addUp([]).size).toBe(0);
    expect(addUp([{ layer: "a", kept: "many" }, { name: "x" }]).size).toBe(0);
  });
});
