import { describe, expect, it } from "vitest";
import { START, type View } from "./store";
import { parseCamera, parseFeature, parseView, writeCamera, writeView } from "./url";

const FULL: View = {
  layers: ["b", "a"],
  hidden: ["lines"],
  styles: { a: "level" },
  opacity: { a: 0.6 },
  filters: { a: { terms: { kind: { kind: "choice", values: ["x", "Ea H'Leo"] } } } },
  at: "2026-11-22T08:00:00+07:00",
  selection: { layer: "a", id: "12", cell: false },
  part: "chart-2.table",
  pinned: [
    { layer: "b", id: "8", cell: false },
    { layer: "a", id: "4/1/2", cell: true },
  ],
  list: { layer: "a", ids: [1, 22, 3] },
  draw: "a0b5fa5.ABC~Vùng 1",
  inside: "0/a",
  language: "en",
  base: "anh-2025",
  other: null,
};

describe("the address bar", () => {
  it("restores what it was given", () => {
    expect(parseView(writeView(FULL))).toEqual(FULL);
  });

  it("says nothing about a fresh view", () => {
    expect(writeView(START)).toBe("");
    expect(parseView("")).toEqual(START);
  });

  it("tells no layers at all from the catalog's proposal", () => {
    expect(parseView("?layers=").layers).toEqual([]);
    expect(writeView({ ...START, layers: [] })).toBe("?layers=");
  });

  it("stays readable", () => {
    expect(writeView({ ...START, layers: ["a", "b-1"], selection: FULL.selection })).toBe("?layers=a,b-1&sel=a/12");
  });

  it("keeps a selected cell", () => {
    const selection = { layer: "a", id: "13/6480/3800", cell: true };

    expect(parseView(writeView({ ...START, selection })).selection).toEqual(selection);
  });

  it("ignores what it cannot understand", () => {
    const view = parseView("?sel=../../etc&at=yesterday&opacity.a=7&lang=fr");

    expect(view).toEqual({ ...START, opacity: { a: 1 } });
    expect(parseFeature("a/1/2")).toBeNull();
  });

  it("carries both sides of a comparison", () => {
    const now = { at: null, layers: null, styles: {} };
    const past = { at: "2025-06-30", layers: ["b"], styles: { b: "age" } };

    expect(writeView({ ...START, other: now })).toBe("?b.at=now");
    expect(writeView({ ...START, at: "2026-01-01", other: past })).toBe(
      "?at=2026-01-01&b.at=2025-06-30&b.layers=b&b.style.b=age",
    );
    for (const other of [now, past]) expect(parseView(writeView({ ...FULL, other }))).toEqual({ ...FULL, other });
  });

  it("keeps a feature opened at a time of its own", () => {
    expect(parseView("?sel=a/12@2025-06-30").selection).toEqual({
      layer: "a",
      id: "12",
      cell: false,
      at: "2025-06-30",
    });
    expect(writeView({ ...START, selection: parseFeature("a/12@now") })).toBe("?sel=a/12@now");
    expect(parseFeature("a/12@yesterday")).toBeNull();
  });

  it("bounds the lists it reads", () => {
    const many = Array.from({ length: 500 }, (_, index) => `l${index}`).join(",");

    expect(parseView(`?layers=${many}`).layers).toHaveLength(100);
  });

  it("restores the place to within a pixel", () => {
    const camera = { zoom: 14.25, lat: 11.30185, lon: 106.41781 };

    const restored = parseCamera(writeCamera(camera));

    expect(restored?.zoom).toBe(14.25);
    expect(restored?.lat).toBeCloseTo(camera.lat, 5);
    expect(restored?.lon).toBeCloseTo(camera.lon, 5);
  });

  it("refuses a place off the earth", () => {
    expect(parseCamera(writeCamera({ zoom: 9, lat: 11, lon: 106, bearing: -30.2 }))?.bearing).toBe(-30);
    expect(writeCamera({ zoom: 9, lat: 11, lon: 106 })).toBe("#map=9.00/11.000/106.000");
    expect(parseCamera("#map=5/91/10")).toBeNull();
    expect(parseCamera("#map=99/1/1")).toBeNull();
    expect(parseCamera("#other")).toBeNull();
  });
});
