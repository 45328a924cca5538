import type { MultiPolygon, Polygon, Position } from "geojson";
import { describe, expect, it } from "vitest";
import { covers, followed, joined } from "./borders";

const polygon = (...corners: Position[]): Polygon => ({
  type: "Polygon",
  coordinates: [[...corners, corners[0] ?? [0, 0]]],
});
/** A square of a hundredth of a degree, its right side shared with the other, whose side goes on past it. */
const own = polygon([0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01]);
const right = polygon([0.01, 0], [0.02, 0], [0.02, 0.02], [0.01, 0.02]);
const far = polygon([1, 1], [1.01, 1], [1.01, 1.01]);

const ground = joined(
  own,
  new Map([
    ["7", right],
    ["8", far],
  ]),
);
const ringOf = (shape: MultiPolygon, place: number): Position[] => shape.coordinates[place]?.[0] ?? [];
const after = (change: (ring: Position[]) => Position[]): MultiPolygon => {
  const ring = change(ringOf(ground.shape, 0).slice(0, -1));
  const [, ...others] = ground.shape.coordinates;
  const next = { ...ground.shape, coordinates: [[[...ring, ring[0] ?? []]], ...others] };
  return followed(ground.shape, next) as MultiPolygon;
};

describe("borders", () => {
  it("are those of what touches, with a corner where a neighbour's side passes one of ours", () => {
    expect(ground.ids).toEqual(["7"]);
    expect(ringOf(ground.shape, 0)).toHaveLength(5);
    expect(ringOf(ground.shape, 1)).toContainEqual([0.01, 0.01]);
  });

  it("move in both where a shared corner moves, and nowhere else", () => {
    const moved = after((ring) => ring.map((at) => (at[0] === 0.01 && at[1] === 0.01 ? [0.012, 0.011] : at)));

    expect(ringOf(moved, 1)).toEqual(
      ringOf(ground.shape, 1).map((at) => (at[0] === 0.01 && at[1] === 0.01 ? [0.012, 0.011] : at)),
    );
    const alone = after((ring) => ring.map((at) => (at[0] === 0 && at[1] === 0 ? [0.001, 0.001] : at)));
    expect(ringOf(alone, 1)).toEqual(ringOf(ground.shape, 1));
  });

  it("get a corner more, or one less, in both", () => {
    const added = after((ring) => [...ring.slice(0, 2), [0.011, 0.005], ...ring.slice(2)]);
    expect(ringOf(added, 1)).toContainEqual([0.011, 0.005]);
    expect(ringOf(added, 1)).toHaveLength(ringOf(ground.shape, 1).length + 1);

    const outside = after((ring) => [[0, 0], [0.005, -0.001], ...ring.slice(1)]);
    expect(ringOf(outside, 1)).toEqual(ringOf(ground.shape, 1));

    const less = after((ring) => ring.filter((at) => !(at[0] === 0.01 && at[1] === 0.01)));
    expect(ringOf(less, 1)).not.toContainEqual([0.01, 0.01]);
    expect(ringOf(less, 1).at(0)).toEqual(ringOf(less, 1).at(-1));
  });
});

describe("a place", () => {
  it("lies in a polygon or beside it, or in its hole", () => {
    const holed: Polygon = {
      ...own,
      coordinates: [
        ...own.coordinates,
        ...polygon([0.004, 0.004], [0.006, 0.004], [0.006, 0.006], [0.004, 0.006]).coordinates,
      ],
    };

    expect(covers(own, [0.005, 0.005])).toBe(true);
    expect(covers(own, [0.011, 0.005])).toBe(false);
    expect(covers(holed, [0.005, 0.005])).toBe(false);
  });
});
