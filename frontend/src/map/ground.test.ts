import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { expect, test } from "vitest";
import { imagery, NOTHING, onGround, type Ground } from "./ground";

const made = (id: string, layer: string, role: string, rest: object = {}): LayerSpecification =>
  ({ id, type: role === "label" ? "symbol" : role, source: layer, metadata: { layer, role, ...rest } }) as never;

const style: StyleSpecification = {
  version: 8,
  sources: {},
  layers: [
    { id: "background", type: "background" },
    made("land", "ours", "fill"),
    made("land-outline", "ours", "line"),
    made("data", "data", "circle"),
    made("names", "ours", "label"),
    made("islands", "isles", "fill", { always: true }),
    made("photo", "photo", "raster"),
  ],
};
const isBase = (id: string): boolean => id === "ours" || id === "isles";
const plugged: Ground = {
  fragment: {
    sources: { "base:a:main": { type: "raster", tiles: ["/nen/{z}/{x}/{y}.png"] } },
    layers: [{ id: "base:a:picture", type: "raster", source: "base:a:main" }],
    glyphs: "https://g.vn/{fontstack}/{range}.pbf",
  },
  labels: true,
  minzoom: 0,
};
const hidden = (drawn: StyleSpecification): string[] =>
  drawn.layers.filter((layer) => layer.layout?.visibility === "none").map((layer) => layer.id);

test("a base map lies above the background and under everything else", () => {
  const drawn = onGround(style, plugged, isBase);

  expect(drawn.layers.map((layer) => layer.id).slice(0, 3)).toEqual(["background", "base:a:picture", "land"]);
  expect(drawn.glyphs).toBe("https://g.vn/{fontstack}/{range}.pbf");
});

test("our names and borders stay over it where it lies under labels", () => {
  expect(hidden(onGround(style, plugged, isBase))).toEqual(["land"]);
  expect(hidden(onGround(style, { ...plugged, labels: false }, isBase))).toEqual(["land", "land-outline", "names"]);
});

test("what must never be covered stays over every base map, and over none", () => {
  for (const ground of [plugged, { ...plugged, labels: false }, NOTHING])
    expect(hidden(onGround(style, ground, isBase))).not.toContain("islands");
});

test("below its first zoom our own base map is shown", () => {
  const drawn = onGround(style, { ...plugged, minzoom: 9 }, isBase);

  expect(hidden(drawn)).toEqual([]);
  expect(drawn.layers.find((layer) => layer.id === "land")?.maxzoom).toBe(9);
});

test("files of this server are asked by their whole address", () => {
  const own = { "base:a:main": { type: "vector" as const, tiles: ["pmtiles:///nen/a.pmtiles/{z}/{x}/{y}"] } };
  const drawn = onGround(style, { ...plugged, fragment: { sources: own, layers: [] } }, isBase);

  expect(drawn.sources["base:a:main"]).toMatchObject({
    tiles: [`pmtiles://${location.origin}/nen/a.pmtiles/{z}/{x}/{y}`],
  });
});

test("a raster layer of the catalog becomes the ground under our names", () => {
  const drawn = onGround(style, imagery(style, "photo"), isBase);

  expect(drawn.layers[1]).toMatchObject({ id: "base:photo", source: "photo", layout: { visibility: "visible" } });
  expect(hidden(drawn)).toEqual(["land"]);
});
