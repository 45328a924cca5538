import { expect, test } from "vitest";
import type { BaseMap } from "../api/basemaps";
import { sampleTile } from "./swatch";

const camera = { lon: 106.13, lat: 11.31, zoom: 9.4 };
const map = (picture: object | null, minzoom = 0): BaseMap =>
  ({ id: "a", minzoom, maxzoom: 19, picture, colors: [] }) as unknown as BaseMap;
const tiles = (template: string, rest: object = {}): object => ({
  tiles: [template],
  minzoom: 0,
  maxzoom: 18,
  ...rest,
});

test("a swatch is the tile of where the map looks", () => {
  expect(sampleTile(map(tiles("https://a.vn/{z}/{x}/{y}.png")), camera)).toBe("https://a.vn/9/406/239.png");
});

test("rows count from below in TMS, and quadkeys name the same tile", () => {
  expect(sampleTile(map(tiles("/{z}/{x}/{y}", { scheme: "tms" })), camera)).toBe("/9/406/272");
  expect(sampleTile(map(tiles("/{quadkey}", { maxzoom: 2 })), camera)).toBe("/31".replace("31", "13"));
});

test("its zoom stays within the map's range", () => {
  expect(sampleTile(map(tiles("/{z}"), 12), camera)).toBe("/12");
  expect(sampleTile(map(tiles("/{z}", { maxzoom: 5 })), camera)).toBe("/5");
});

test("what has no plain pictures has no sample", () => {
  expect(sampleTile(map(null), camera)).toBeNull();
  expect(sampleTile(map(tiles("/{bbox-epsg-3857}")), camera)).toBeNull();
});
