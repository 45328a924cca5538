import type { StyleSpecification } from "maplibre-gl";
import { describe, expect, it } from "vitest";
import { sampleLayer } from "../api/samples";
import type { Catalog, Layer } from "../api/types";
import { START, type View } from "../state/store";
import { scaled } from "./opacity";
import { composeStyle } from "./sources";

const STYLES = ["one", "two"].map((name) => ({ name, title: { vi: name, en: name } }));
const layer = (id: string, more: Partial<Layer> = {}): Layer => sampleLayer(id, { styles: STYLES, ...more });

const CATALOG: Catalog = {
  layers: [layer("ground", { base: true }), layer("a", { order: 1 }), layer("b", { order: 2 })],
  groups: [],
};
const part = (id: string, style: string, role: string): StyleSpecification["layers"][number] => ({
  id: `${id}/${style}/${role}`,
  type: role === "label" ? "symbol" : "circle",
  source: id,
  "source-layer": id,
  metadata: { layer: id, style, role },
});
const SERVER: StyleSpecification = {
  version: 8,
  sources: Object.fromEntries(
    ["ground", "a", "b"].map((id) => [id, { type: "vector", tiles: [`/tiles/${id}/{z}/{x}/{y}.mvt?s=k`] }]),
  ),
  layers: [
    { id: "background", type: "background" },
    part("ground", "one", "circle"),
    part("a", "one", "circle"),
    part("a", "two", "circle"),
    part("b", "one", "circle"),
    part("a", "one", "label"),
    part("b", "one", "label"),
  ],
};

const compose = (view: View, touched: string[] = [], patterns = false): StyleSpecification =>
  composeStyle({
    server: SERVER,
    catalog: CATALOG,
    view,
    touched: new Set(touched),
    patterns,
    colors: { accent: "accent", inner: "inner" },
    fonts: { F: "f.woff2" },
    origin: "http://host",
  });
const order = (style: StyleSpecification): string[] => style.layers.map(({ id }) => id);
const visible = (style: StyleSpecification): string[] =>
  style.layers.filter(({ layout }) => layout?.visibility !== "none").map(({ id }) => id);

describe("the style on screen", () => {
  it("shows one style of every layer that is on", () => {
    expect(visible(compose(START))).not.toContain("a/two/circle");
    expect(visible(compose({ ...START, styles: { a: "two" } }))).toContain("a/two/circle");
    expect(visible(compose({ ...START, layers: ["a"] }))).not.toContain("b/one/circle");
    expect(visible(compose({ ...START, hidden: ["ground"] }))).not.toContain("ground/one/circle");
  });

  it("draws data in the user's order, labels above all of it", () => {
    const reversed = order(compose({ ...START, layers: ["a", "b"] }));

    expect(reversed.slice(0, 2)).toEqual(["background", "ground/one/circle"]);
    expect(reversed.indexOf("a/one/circle")).toBeGreaterThan(reversed.indexOf("b/one/circle"));
    expect(reversed.slice(-2)).toEqual(["b/one/label", "a/one/label"]);
    expect([...reversed].sort()).toEqual(order(SERVER).sort());
  });

  it("carries filter and time in the tiles' addresses and keeps the scope key", () => {
    const filters = { a: { terms: { kind: { kind: "choice", values: ["air"] } } } } as const;

    const { sources } = compose({ ...START, filters, at: "2026-01-01T00:00:00Z" });

    expect(sources.a).toMatchObject({ tiles: ["http://host/tiles/a/{z}/{x}/{y}.mvt?s=k&filter=kind+%3D+%27air%27"] });
    expect(sources.b).toMatchObject({ tiles: ["http://host/tiles/b/{z}/{x}/{y}.mvt?s=k"] });
  });

  it("adds highlight layers only where something was touched, ring below and outline above", () => {
    expect(order(compose(START)).some((id) => id.startsWith("highlight"))).toBe(false);
    const touched = order(compose(START, ["a"]));

    expect(touched.indexOf("highlight:a:ring")).toBe(touched.indexOf("a/one/circle") - 1);
  });

  it("hatches areas where the person wants it", () => {
    const hatch = { ...part("a", "one", "fill"), metadata: { layer: "a", style: "one", pattern: true }, id: "hatch" };
    SERVER.layers.push(hatch);

    expect(visible(compose(START))).not.toContain("hatch");
    expect(visible(compose(START, [], true))).toContain("hatch");
    SERVER.layers.pop();
  });

  it("brings its own fonts", () => {
    expect(compose(START)["font-faces"]).toEqual({ F: "f.woff2" });
  });
});

describe("opacity", () => {
  it("multiplies numbers, expressions and the stops of zoom curves", () => {
    expect(scaled(undefined, 0.5)).toBe(0.5);
    expect(scaled(0.8, 0.5)).toBe(0.4);
    expect(scaled(["get", "x"], 0.5)).toEqual(["*", 0.5, ["get", "x"]]);
    expect(scaled(["interpolate", ["linear"], ["zoom"], 5, 0, 9, 1], 0.5)).toEqual([
      "interpolate",
      ["linear"],
      ["zoom"],
      5,
      0,
      9,
      0.5,
    ]);
    expect(scaled(["step", ["zoom"], 1, 8, 0.5], 0.5)).toEqual(["step", ["zoom"], 0.5, 8, 0.25]);
  });
});
