import { beforeEach, describe, expect, it, vi } from "vitest";
import { drawingsOf, linkOf, newIn } from "./drawing-link";
import {
  addDrawing,
  canRedo,
  changeDrawing,
  chosenDrawing,
  drawings,
  drawingsKept,
  keepDrawings,
  readDrawings,
  redo,
  removeDrawing,
  setDrawings,
  undo,
  type Drawing,
} from "./drawings";

const RED = "#b3261e";
const BLUE = "#0b5fa5";
const ring = [
  [106.1, 11.3],
  [106.2, 11.3],
  [106.2, 11.4],
  [106.1, 11.3],
];
const area = (name = "Vùng 1"): Drawing | null =>
  addDrawing({ type: "Polygon", coordinates: [ring] }, { name, color: RED, note: "", kind: "polygon" });
const names = (): string[] => drawings.get().features.map((one) => one.properties.name);

beforeEach(() => {
  localStorage.clear();
  setDrawings([]);
});

describe("drawings", () => {
  it("undo and redo every step, and forget the future after a new one", () => {
    const one = area();
    changeDrawing(one?.id ?? "", { properties: { name: "Đổi tên" } });
    removeDrawing(one?.id ?? "");

    undo();
    expect(names()).toEqual(["Đổi tên"]);
    undo();
    expect(names()).toEqual(["Vùng 1"]);
    redo();
    expect(names()).toEqual(["Đổi tên"]);
    area("Khác");
    expect(canRedo.get()).toBe(false);
  });

  it("let go of the chosen one when it goes", () => {
    const one = area();
    expect(chosenDrawing.get()).toBe(one?.id);

    undo();

    expect(chosenDrawing.get()).toBeNull();
  });

  it("survive a reload", () => {
    const stop = keepDrawings(BLUE);
    area("Còn mãi");
    const kept = localStorage.getItem("geo_ioc.drawings.1");
    stop();
    setDrawings([]);
    localStorage.setItem("geo_ioc.drawings.1", kept ?? "");

    keepDrawings(BLUE)();

    expect(names()).toEqual(["Còn mãi"]);
  });

  it("say so when the browser keeps nothing", () => {
    const full = (): never => {
      throw new DOMException("full", "QuotaExceededError");
    };
    vi.stubGlobal("localStorage", { getItem: () => null, setItem: full, removeItem: () => undefined });
    const stop = keepDrawings(BLUE);
    area();
    expect(drawingsKept.get()).toBe(false);
    stop();
    vi.unstubAllGlobals();
  });

  it("are refused beyond what can be kept", () => {
    const many = Array.from({ length: 201 }, () => ({ type: "Point" as const, coordinates: [106, 11] }));
    const found = readDrawings({ type: "GeometryCollection", geometries: many }, RED);

    expect(found).toHaveLength(201);
    expect(setDrawings(found)).toBe(false);
  });
});

describe("GeoJSON from elsewhere", () => {
  it("falls into simple shapes with our own properties", () => {
    const found = readDrawings(
      {
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            properties: { name: "A", color: "red" },
            geometry: {
              type: "MultiPoint",
              coordinates: [
                [106, 11],
                [107, 12, 5],
              ],
            },
          },
          { type: "Feature", properties: null, geometry: { type: "Polygon", coordinates: [ring] } },
          { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [206, 11] } },
          { type: "Feature", properties: {}, geometry: null },
        ],
      },
      RED,
    );

    expect(found.map((one) => [one.geometry.type, one.properties.kind, one.properties.color])).toEqual([
      ["Point", "point", RED],
      ["Point", "point", RED],
      ["Polygon", "polygon", RED],
    ]);
    expect(found[1]?.geometry).toEqual({ type: "Point", coordinates: [107, 12] });
  });

  it("is nothing where it is nothing", () => {
    for (const value of [null, 5, "x", [], {}, { type: "Topology" }]) expect(readDrawings(value, RED)).toEqual([]);
  });
});

describe("a link", () => {
  it("carries shapes, words and colours both ways", () => {
    const given = readDrawings(
      {
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            properties: { name: "Ruộng ~ lúa! *", note: "Ghi chú", color: BLUE },
            geometry: { type: "Polygon", coordinates: [ring, ring] },
          },
          {
            type: "Feature",
            properties: { name: "", note: "" },
            geometry: {
              type: "LineString",
              coordinates: [
                [-73.8, 40.6],
                [106, -11.123456],
              ],
            },
          },
          {
            type: "Feature",
            properties: { name: "Điểm" },
            geometry: { type: "Point", coordinates: [106.1234567, 11] },
          },
        ],
      },
      RED,
    );

    const text = linkOf(given) ?? "";
    const back = drawingsOf(text);

    expect(back.map((one) => one.properties)).toEqual(given.map((one) => one.properties));
    expect(back[0]?.geometry).toEqual(given[0]?.geometry);
    expect(back[1]?.geometry).toEqual(given[1]?.geometry);
    expect(back[2]?.geometry).toEqual({ type: "Point", coordinates: [106.123457, 11] });
    expect(newIn(text, given)).toEqual([]);
  });

  it("says when it would be too long", () => {
    const long = Array.from({ length: 2_000 }, (_, index) => [106 + Math.sin(index), 11 + Math.cos(index * 7)]);

    expect(linkOf(readDrawings({ type: "LineString", coordinates: long }, RED))).toBe("too-large");
  });

  it("reads nothing out of what is no link", () => {
    for (const text of ["", "x", "a0b5fa5", "a0b5fa5.%%", "z0b5fa5.AAAA", "!!!~~"])
      expect(drawingsOf(text)).toEqual([]);
  });
});

describe("a restriction in a link", () => {
  it("finds the drawing at its place among those already here", async () => {
    const { drawingAt, drawingsOf, linkOf } = await import("./drawing-link");
    const ring = (at: number): [number, number][] => [
      [at, 11],
      [at + 1, 11],
      [at, 12],
      [at, 11],
    ];
    const given = readDrawings(
      {
        type: "GeometryCollection",
        geometries: [106, 107].map((at) => ({ type: "Polygon", coordinates: [ring(at)] })),
      },
      "#0b5fa5",
    );
    const link = String(linkOf(given));
    const here = drawingsOf(link).reverse();
    expect(drawingAt(link, 1, here)?.geometry).toEqual(given[1]?.geometry);
    expect(drawingAt(link, 7, here)).toBeNull();
  });
});
