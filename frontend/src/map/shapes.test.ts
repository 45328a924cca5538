import { describe, expect, it } from "vitest";
import { distanceTo, shapeOf } from "./shapes";

describe("badge shapes", () => {
  it.each(["circle", "square", "diamond", "triangle"])("%s fits the badge and holds its middle", (name) => {
    const shape = shapeOf(name);
    if (!shape) throw new Error(`${name} is unknown`);

    expect(distanceTo(shape, 0, 0)).toBeLessThan(-4);
    for (const [x, y] of [
      [0, 11.5],
      [11.5, 0],
      [0, -11.5],
      [-11.5, 0],
    ] as const) {
      expect(distanceTo(shape, x, y)).toBeGreaterThan(0);
    }
  });

  it("points an arrow up", () => {
    const arrow = shapeOf("arrow");
    if (!arrow) throw new Error("no arrow");

    expect(distanceTo(arrow, 0, -8)).toBeLessThan(0);
    expect(distanceTo(arrow, 0, 8)).toBeLessThan(0);
    expect(distanceTo(arrow, 4, -3)).toBeLessThan(0);
    expect(distanceTo(arrow, 4, 3)).toBeGreaterThan(0);
  });

  it("leaves room between the strokes of a hatch, and ends with the badge", () => {
    const hatch = shapeOf("hatch");
    if (!hatch) throw new Error("no hatch");

    expect(distanceTo(hatch, 0, 0)).toBeLessThan(0);
    expect(distanceTo(hatch, 2, 2)).toBeGreaterThan(0.5);
    expect(distanceTo(hatch, 4, 4)).toBeLessThan(0);
    expect(distanceTo(hatch, 8, -8)).toBeGreaterThan(0);
  });

  it("measures a circle exactly", () => {
    const circle = shapeOf("circle");

    expect(circle && distanceTo(circle, 13, 0)).toBeCloseTo(3);
  });
});
