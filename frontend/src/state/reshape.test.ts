import { beforeEach, describe, expect, it } from "vitest";
import {
  beginReshape,
  canStepBack,
  cornerBeside,
  dropCorner,
  extendLine,
  inHand,
  putCorner,
  sizeOf,
  splitSide,
  stepBack,
  tooFew,
} from "./reshape";
import { chosenCorner } from "./sketch";
import { reshaped } from "./tools";
import { allCorners, type Outline } from "./vertices";

const triangle: Outline = {
  type: "Polygon",
  coordinates: [
    [
      [106, 11],
      [106.01, 11],
      [106, 11.01],
      [106, 11],
    ],
  ],
};
const count = (): number => allCorners(reshaped.get() ?? triangle).length;

describe("a shape that is corrected", () => {
  beforeEach(() => beginReshape("form", triangle));

  it("takes every step back to what it was", () => {
    splitSide({ ring: 0, index: 0 });
    expect(chosenCorner.get()).toEqual({ ring: 0, index: 1 });
    putCorner({ ring: 0, index: 1 }, [106.005, 10.99]);
    expect(count()).toBe(4);

    stepBack();
    stepBack();

    expect(reshaped.get()).toBe(triangle);
    expect(canStepBack.get()).toBe(false);
  });

  it("keeps the corners it needs, and says how many", () => {
    dropCorner({ ring: 0, index: 0 });

    expect(count()).toBe(3);
    expect(tooFew.get()).toBe(3);
  });

  it("is walked from corner to corner and ends at either end", () => {
    expect(cornerBeside(triangle, { ring: 0, index: 0 }, 1)).toEqual({ ring: 0, index: 1 });
    expect(cornerBeside(triangle, { ring: 0, index: 0 }, -1)).toBeNull();
    expect(cornerBeside(triangle, { ring: 0, index: 2 }, 1)).toBeNull();
  });

  it("tells its size: half of 1,093 × 1,106 m", () => {
    expect(sizeOf(triangle) / 10_000).toBeCloseTo(60.4, 0);
  });
});

describe("a line that is drawn", () => {
  it("grows by a vertex at its end and gives it back", () => {
    beginReshape("form", { type: "LineString", coordinates: [] }, "line");
    extendLine([106, 11]);
    extendLine([106.000_000_04, 11.01]);

    expect(reshaped.get()).toEqual({
      type: "LineString",
      coordinates: [
        [106, 11],
        [106, 11.01],
      ],
    });
    expect(chosenCorner.get()).toEqual({ ring: 0, index: 1 });
    stepBack();
    expect(count()).toBe(1);
    expect(chosenCorner.get()).toBeNull();
  });

  it("is not what a press beside an outline makes", () => {
    beginReshape("form", triangle);
    extendLine([106, 11]);
    expect(reshaped.get()).toBe(triangle);
  });
});

describe("several outlines with common borders", () => {
  it("show the corners of the first; the others follow", () => {
    const other = triangle.coordinates.map((ring) => ring.map(([x = 0, y = 0]) => [212.01 - x, 22.01 - y]));
    beginReshape("form", { type: "MultiPolygon", coordinates: [triangle.coordinates, other] }, "borders");
    const shape = reshaped.get();
    if (!shape) throw new Error("in hand");

    expect(inHand(shape)).toEqual(triangle);
    putCorner({ ring: 0, index: 1 }, [106.02, 11]);

    const now = reshaped.get();
    expect(now?.type === "MultiPolygon" && now.coordinates[1]?.[0]).toContainEqual([106.02, 11]);
  });
});
