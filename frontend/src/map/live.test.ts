import { describe, expect, it } from "vitest";
import { boundsOf, createStateVersions, createTileBook, tileOf } from "./live";

const url = (z: number, x: number, y: number, layer = "a", query = ""): string =>
  `http://host/tiles/${layer}/${z}/${x}/${y}.mvt${query}`;
const staleKeys = (book: ReturnType<typeof createTileBook>): string[] =>
  [...book.stale().values()].flat().map((tile) => `${tile.layer}/${tile.z}/${tile.x}/${tile.y}`);
/** The middle of a tile as a box without extent. */
const middle = (z: number, x: number, y: number): [number, number, number, number] => {
  const [west, south, east, north] = boundsOf({ layer: "", z, x, y });
  const [lon, lat] = [(west + east) / 2, (south + north) / 2];
  return [lon, lat, lon, lat];
};

describe("a tile is stale when a change younger than its request crosses it", () => {
  it("marks only the tiles that a change crosses, of its layer", () => {
    const book = createTileBook();
    for (const layer of ["a", "b"]) for (const x of [10, 20]) book.requested(url(6, x, 30, layer));

    book.changed("a", [middle(6, 10, 30)], "5:5:");

    expect(staleKeys(book)).toEqual(["a/6/10/30"]);
  });

  it("marks a tile whose margin alone is touched", () => {
    const book = createTileBook();
    book.requested(url(6, 11, 30));
    const [, south, east, north] = boundsOf({ layer: "a", z: 6, x: 10, y: 30 });

    book.changed("a", [[east, south, east, north]], null);

    expect(staleKeys(book)).toEqual(["a/6/11/30"]);
  });

  it("is fresh again as soon as it is requested, whatever its filter", () => {
    const book = createTileBook();
    book.requested(url(6, 10, 30));
    book.changed("a", null, null);

    book.requested(url(6, 10, 30, "a", "?filter=kind%3D'air'"));

    expect(staleKeys(book)).toEqual([]);
  });

  it("stays stale while it is only announced: a tile still loading is asked later", () => {
    const book = createTileBook();
    book.requested(url(6, 10, 30));
    book.changed("a", null, "1:1:");

    expect(staleKeys(book)).toHaveLength(1);
    expect(staleKeys(book)).toHaveLength(1);
  });

  it("does not mark what was asked after the change", () => {
    const book = createTileBook();
    book.changed("a", null, "1:1:");
    book.requested(url(6, 10, 30));

    expect(staleKeys(book)).toEqual([]);
  });

  it("sends the newest position with every request, none before the first event", () => {
    const book = createTileBook();

    expect(book.requested(url(6, 10, 30))).toEqual({});
    book.changed("a", [], "7:9:8");
    expect(book.requested(url(6, 10, 30))).toEqual({ "X-After": "7:9:8" });
    book.changed("a", [], null);
    expect(book.requested(url(6, 10, 30))).toEqual({ "X-After": "7:9:8" });
  });

  it("marks everything after a gap, or one layer", () => {
    const book = createTileBook();
    book.requested(url(6, 10, 30, "a"));
    book.requested(url(6, 10, 30, "b"));

    book.changedAll(null, "b");
    expect(staleKeys(book)).toEqual(["b/6/10/30"]);
    book.changedAll("3:3:");
    expect(staleKeys(book)).toHaveLength(2);
  });

  it("asks again for a tile that failed", () => {
    const book = createTileBook();
    book.requested(url(6, 10, 30));

    book.failed(url(6, 10, 30));

    expect(staleKeys(book)).toEqual(["a/6/10/30"]);
  });

  it("remembers two thousand tiles and forgets the oldest", () => {
    const book = createTileBook();
    for (let x = 0; x <= 2000; x += 1) book.requested(url(12, x, 30));

    book.changedAll(null);

    expect(staleKeys(book)).toHaveLength(2000);
    expect(staleKeys(book)).not.toContain("a/12/0/30");
  });

  it("leaves other people's tiles alone", () => {
    const book = createTileBook((address) => address.startsWith("http://host/"));

    expect(book.requested("http://elsewhere/tiles/a/1/0/0.png")).toEqual({});
    book.changedAll(null);
    expect(staleKeys(book)).toEqual([]);
    expect(tileOf("http://host/other/1/2.png")).toBeNull();
  });
});

describe("states of features", () => {
  it("never go back to an older version", () => {
    const versions = createStateVersions();

    expect(versions.accepts("a", "1", 5)).toBe(true);
    expect(versions.accepts("a", "1", 4)).toBe(false);
    expect(versions.accepts("a", "2", 4)).toBe(true);
    expect(versions.accepts("a", "1", undefined)).toBe(true);
  });

  it("begin anew after a reconnection", () => {
    const versions = createStateVersions();
    versions.accepts("a", "1", 5);

    versions.clear();

    expect(versions.accepts("a", "1", 1)).toBe(true);
  });
});
