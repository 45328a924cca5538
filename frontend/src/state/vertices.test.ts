import { describe, expect, it } from "vitest";
import type { DrawingGeometry } from "./drawings";
import { cornersOf, insertCorner, moveCorner, removeCorner } from "./vertices";

const square: DrawingGeometry = {
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
});
