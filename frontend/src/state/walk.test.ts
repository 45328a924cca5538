import { describe, expect, it } from "vitest";
import { wayTo, windOf } from "./walk";

describe("the way to a feature", () => {
  it("is a hundredth of a degree north in about 1,112 m", () => {
    const { metres, bearing } = wayTo([106, 11], [106, 11.01]);

    expect(metres).toBeCloseTo(1112, 0);
    expect(windOf(bearing)).toBe("north");
  });

  it("names eight winds, and north on both sides of zero", () => {
    expect(
      [wayTo([106, 11], [106.01, 11.01]), wayTo([106, 11], [105.99, 11])].map((way) => windOf(way.bearing)),
    ).toEqual(["northeast", "west"]);
    expect(windOf(350)).toBe("north");
  });
});
