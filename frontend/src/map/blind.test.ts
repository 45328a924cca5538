import { describe, expect, it } from "vitest";
import type { Bbox } from "../api/types";
import { framed } from "./blind";

const HOME: Bbox = [105, 10, 107, 12];

describe("the view without a map", () => {
  it("stays where what is asked for is in it", () => {
    expect(framed(HOME, { kind: "point", lonlat: [106, 11] }, HOME)).toBe(HOME);
    expect(framed(HOME, { kind: "box", bbox: [105.5, 10.5, 106, 11] }, HOME)).toBe(HOME);
  });

  it("moves to what lies elsewhere, and home again", () => {
    const there = framed(HOME, { kind: "point", lonlat: [108, 16] }, HOME);

    expect(there[0]).toBeLessThan(108);
    expect(there[3]).toBeGreaterThan(16);
    expect(framed(there, { kind: "home" }, HOME)).toBe(HOME);
  });
});
