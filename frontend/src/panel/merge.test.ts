import { describe, expect, it } from "vitest";
import { changedIn, merge } from "./merge";

const NAMES = ["name", "pupils", "geom"];

describe("a correction against a newer row", () => {
  it("keeps what is written here and names what both changed", () => {
    const before = { name: "A", pupils: 10, geom: { type: "Point", coordinates: [1, 2] }, _version: 1 };
    const theirs = { ...before, name: "B", _version: 2 };

    const merged = merge(NAMES, before, theirs, { ...before, name: "C" });

    expect(merged.values.name).toBe("C");
    expect(merged.clashes).toEqual(["name"]);
    expect(merged.taken).toEqual([]);
  });

  it("takes over what only the other one changed", () => {
    const before = { name: "A", pupils: 10, _version: 1 };

    const merged = merge(NAMES, before, { name: "A", pupils: 12, _version: 2 }, { name: "C", pupils: 10, _version: 1 });

    expect(merged.values).toEqual({ name: "C", pupils: 12, _version: 2 });
    expect(merged.clashes).toEqual([]);
    expect(merged.taken).toEqual(["pupils"]);
  });

  it("sees no clash where both wrote the same", () => {
    expect(merge(NAMES, { name: "A" }, { name: "B" }, { name: "B" }).clashes).toEqual([]);
  });

  it("compares shapes by what they are", () => {
    const at = (lon: number): unknown => ({ type: "Point", coordinates: [lon, 1] });

    expect(changedIn({ geom: at(1), a: null }, { geom: at(1), a: undefined })).toEqual([]);
    expect(changedIn({ geom: at(1) }, { geom: at(2) })).toEqual(["geom"]);
  });
});
