import type { Polygon } from "geojson";
import { describe, expect, it } from "vitest";
import { allCorners, boundsOf, cornersOf, insertCorner, middleAfter, moveCorner, removeCorner } from "./vertices";
import type { Outline } from "./vertices";

const square: Polygon = {
  type: "Polygon",
  coordinates: [
    [
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
      [0, 0],
    ],
    [
      [1, 1],
      [2, 1],
      [2, 2],
      [1, 1],
    ],
  ],
};

describe("corners", () => {
  it("keep a ring closed when its first one moves", () => {
    const moved = moveCorner(square, { ring: 0, index: 0 }, [-1, -1]);

    expect(moved).toMatchObject({
      coordinates: [
        [
          [-1, -1],
          [4, 0],
          [4, 4],
          [0, 4],
          [-1, -1],
        ],
        expect.anything(),
      ],
    });
  });

  it("are added between two, also before the ring closes", () => {
    expect(cornersOf(insertCorner(square, { ring: 0, index: 3 }, [0, 2]))[0]).toEqual([
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
      [0, 2],
    ]);
  });

  it("go until too few would stay; a hole goes whole", () => {
    expect(cornersOf(removeCorner(square, { ring: 0, index: 1 }) ?? square)[0]).toHaveLength(3);
    expect(cornersOf(removeCorner(square, { ring: 1, index: 0 }) ?? square)).toHaveLength(1);
    expect(
      removeCorner(
        {
          type: "LineString",
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
        { ring: 0, index: 0 },
      ),
    ).toBeNull();
    expect(removeCorner({ type: "Point", coordinates: [0, 0] }, { ring: 0, index: 0 })).toBeNull();
  });

  it("of a shape of several parts stay with their part", () => {
    const parts: Outline = { type: "MultiPolygon", coordinates: [square.coordinates, [square.coordinates[0] ?? []]] };

    const moved = moveCorner(parts, { ring: 2, index: 0 }, [-2, -2]);

    expect(moved.type).toBe("MultiPolygon");
    expect(moved.coordinates.map((part) => part.length)).toEqual([2, 1]);
    expect(moved.coordinates[1]?.[0]?.at(-1)).toEqual([-2, -2]);
    expect(removeCorner(parts, { ring: 1, index: 0 })?.coordinates.map((part) => part.length)).toEqual([1, 1]);
    expect(allCorners(parts)).toHaveLength(4 + 3 + 4);
    expect(boundsOf(moved)).toEqual([-2, -2, 4, 4]);
  });

  it("of a line have no middle after the last, nor can a part vanish", () => {
    const line: Outline = {
      type: "MultiLineString",
      coordinates: [
        [
          [0, 0],
          [2, 2],
        ],
      ],
    };

    expect(middleAfter(line, { ring: 0, index: 0 })).toEqual([1, 1]);
    expect(middleAfter(line, { ring: 0, index: 1 })).toBeNull();
    expect(removeCorner(line, { ring: 0, index: 0 })).toBeNull();
  });
});
