import { describe, expect, it } from "vitest";
import { circleOf, movedCircle, rimOf, ringOf } from "./circles";
import type { Drawing } from "./drawings";
import { estimateDistance } from "./estimate";

const circle = (radiusM: number, kept?: number): Drawing => ({
  type: "Feature",
  id: "a",
  geometry: ringOf({ centre: [106.13, 11.31], radiusM }),
  properties: { name: "", note: "", color: "#0b5fa5", kind: "circle", ...(kept ? { radius_m: kept } : {}) },
});

describe("a circle", () => {
  it("out of a link tells its centre and the round radius that was meant", () => {
    const found = circleOf(circle(249.7));
    expect(found?.radiusM).toBe(250);
    expect(found?.centre[0]).toBeCloseTo(106.13, 6);
    expect(found?.centre[1]).toBeCloseTo(11.31, 6);
  });

  it("keeps the radius it was asked for, unless its ring tells of another", () => {
    expect(circleOf(circle(1234.5, 1234.56))?.radiusM).toBe(1234.56);
    expect(circleOf(circle(500, 1234.56))?.radiusM).toBeCloseTo(500, 0);
  });

  it("moves by its centre and grows by its rim", () => {
    const now = { centre: [106.13, 11.31], radiusM: 1000 } as const;
    expect(movedCircle(now, 0, [106.2, 11.4])).toEqual({ centre: [106.2, 11.4], radiusM: 1000 });
    const rim = rimOf({ ...now, radiusM: 400 });
    expect(movedCircle(now, 1, rim).radiusM).toBeCloseTo(400, 0);
    expect(estimateDistance(now.centre, rim)).toBeCloseTo(400, 0);
  });

  it("is what was drawn as one, nothing else", () => {
    const area = circle(100);
    expect(circleOf({ ...area, properties: { ...area.properties, kind: "polygon" } })).toBeNull();
  });
});
