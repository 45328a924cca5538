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

  it("measures a circle exactly", () => {
    const circle = shapeOf("circle");

    expect(circle && distanceTo(circle, 13, 0)).toBeCloseTo(3);
  });
});
