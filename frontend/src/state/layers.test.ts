import { describe, expect, it } from "vitest";
import { sampleLayer } from "../api/samples";
import type { Catalog, Layer } from "../api/types";
import { isShown, rowsOf, shownLayers, styleOf, withCatalog, withMoved, withToggled } from "./layers";
import { START } from "./store";

const LOW = sampleLayer("low", { order: 1 });
const HIGH = sampleLayer("high", { order: 9 });
const OFF = sampleLayer("off", { order: 5, visible: false });
const GROUND = sampleLayer("ground", { base: true });
const CATALOG: Catalog = { layers: [GROUND, LOW, HIGH, OFF], groups: [] };
const ids = (layers: readonly Layer[]): string[] => layers.map(({ id }) => id);

describe("which layers are on", () => {
  it("follows the catalog at first, top first, without the base map", () => {
    expect(ids(shownLayers(START, CATALOG))).toEqual(["high", "low"]);
    expect(isShown(START, GROUND)).toBe(true);
  });

  it("puts a layer switched on where the catalog draws it", () => {
    expect(withToggled(START, CATALOG, OFF).layers).toEqual(["high", "off", "low"]);
  });

  it("closes the panel of a layer switched off", () => {
    const view = { ...START, selection: { layer: "low", id: "1", cell: false } };

    expect(withToggled(view, CATALOG, LOW)).toMatchObject({ layers: ["high"], selection: null });
    expect(withToggled(view, CATALOG, HIGH).selection).not.toBeNull();
  });

  it("keeps base layers apart from the data layers", () => {
    const view = withToggled(START, CATALOG, GROUND);

    expect(view).toMatchObject({ layers: null, hidden: ["ground"] });
    expect(isShown(view, GROUND)).toBe(false);
    expect(withToggled(view, CATALOG, GROUND).hidden).toEqual([]);
  });

  it("moves a layer within the list only", () => {
    expect(withMoved(START, CATALOG, "low", -1).layers).toEqual(["low", "high"]);
    expect(withMoved(START, CATALOG, "high", -1)).toBe(START);
  });

  it("switches on a layer that has just come into the catalog", () => {
    const view = { ...START, layers: ["low"] };
    const after = { ...CATALOG, layers: [...CATALOG.layers, sampleLayer("new", { order: 20 })] };

    expect(withCatalog(view, CATALOG, after).layers).toEqual(["new", "low"]);
    expect(withCatalog(view, CATALOG, CATALOG)).toBe(view);
  });

  it("ignores ids and styles that no longer exist", () => {
    const styled = sampleLayer("s", { styles: [{ name: "a", title: { vi: "a", en: "a" } }] });

    expect(ids(shownLayers({ ...START, layers: ["gone", "low"] }, CATALOG))).toEqual(["low"]);
    expect(styleOf({ ...START, styles: { s: "gone" } }, styled)).toBe("a");
  });

  it("asks for the past only of layers that have one", () => {
    const view = { ...START, at: "2026-01-01T00:00:00Z" };

    expect(rowsOf(view, LOW).at).toBeNull();
    expect(rowsOf(view, sampleLayer("t", { time: { kind: "as_of", step_s: 3600, keep_s: null } })).at).toBe(view.at);
  });
});
