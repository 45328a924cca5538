/** What a person drew: plain GeoJSON, kept in this browser, with every step undoable. */

import type { Feature, FeatureCollection, LineString, Point, Polygon, Position } from "geojson";
import type { LonLat } from "../api/types";
import { cell, derive } from "./cell";
import { KEPT, type DrawingKind } from "./tools";

export interface DrawingProperties {
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
  readonly note: string;
  readonly kind: DrawingKind;
  /** Of a circle, as it was asked for. */
  readonly centre?: LonLat;
  readonly radius_m?: number;
}
export type DrawingGeometry = Point | LineString | Polygon;
export type Drawing = Feature<DrawingGeometry, DrawingProperties> & { readonly id: string };
export interface Drawings extends FeatureCollection<DrawingGeometry, DrawingProperties> {
  features: Drawing[];
}

export const MAX_DRAWINGS = 200;
export const MAX_POINTS = 5_000;
const MAX_ALL_POINTS = 20_000;
const MAX_NAME = 80;
const MAX_NOTE = 500;
const MAX_STEPS = 100;
/** About a centimetre. */
const DECIMALS = 7;

const EMPTY: Drawings = { type: "FeatureCollection", features: [] };

export const drawings = cell<Drawings>(EMPTY);
/** False once the browser refused to keep them: they live until the page closes. */
export const drawingsKept = cell(true);
/** The drawing whose points can be moved and whose figures are shown. */
export const chosenDrawing = cell<string | null>(null);

const past = cell<readonly Drawings[]>([]);
const future = cell<readonly Drawings[]>([]);
export const canUndo = derive([past], (steps) => steps.length > 0);
export const canRedo = derive([future], (steps) => steps.length > 0);

export const drawingOf = (all: Drawings, id: string | null): Drawing | null =>
  all.features.find((one) => one.id === id) ?? null;

function show(next: Drawings): void {
  drawings.set(next);
  if (!drawingOf(next, chosenDrawing.get())) chosenDrawing.set(null);
}

/** The next state, as one step that undo takes back. False where there would be too much to keep. */
export function setDrawings(features: readonly Drawing[]): boolean {
  const points = features.reduce((sum, one) => sum + positionsOf(one.geometry).length, 0);
  if (features.length > MAX_DRAWINGS || points > MAX_ALL_POINTS) return false;
  past.update((steps) => [...steps, drawings.get()].slice(-MAX_STEPS));
  future.set([]);
  show({ type: "FeatureCollection", features: [...features] });
  return true;
}

export function undo(): void {
  const before = past.get().at(-1);
  if (!before) return;
  past.update((steps) => steps.slice(0, -1));
  future.update((steps) => [...steps, drawings.get()]);
  show(before);
}

export function redo(): void {
  const after = future.get().at(-1);
  if (!after) return;
  future.update((steps) => steps.slice(0, -1));
  past.update((steps) => [...steps, drawings.get()]);
  show(after);
}

export const newId = (): string => crypto.randomUUID?.().slice(0, 8) ?? Math.random().toString(36).slice(2, 10);

export function addDrawing(geometry: DrawingGeometry, properties: DrawingProperties): Drawing | null {
  const added: Drawing = { type: "Feature", id: newId(), geometry: rounded(geometry), properties };
  if (!setDrawings([...drawings.get().features, added])) return null;
  chosenDrawing.set(added.id);
  return added;
}

export function changeDrawing(
  id: string,
  change: { readonly geometry?: DrawingGeometry; readonly properties?: Partial<DrawingProperties> },
): void {
  setDrawings(
    drawings.get().features.map((one) =>
      one.id !== id
        ? one
        : {
            ...one,
            geometry: change.geometry ? rounded(change.geometry) : one.geometry,
            properties: { ...one.properties, ...change.properties },
          },
    ),
  );
}

export const removeDrawing = (id: string): boolean =>
  setDrawings(drawings.get().features.filter((one) => one.id !== id));

/** Every position of a shape, ring after ring. */
export function positionsOf(geometry: DrawingGeometry): Position[] {
  if (geometry.type === "Point") return [geometry.coordinates];
  return geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat();
}

const round = (degree: number): number => Number(degree.toFixed(DECIMALS));
const roundAll = (line: readonly Position[]): Position[] => line.map(([lon = 0, lat = 0]) => [round(lon), round(lat)]);

export function rounded(geometry: DrawingGeometry): DrawingGeometry {
  if (geometry.type === "Point") return { type: "Point", coordinates: roundAll([geometry.coordinates])[0] ?? [0, 0] };
  if (geometry.type === "LineString") return { type: "LineString", coordinates: roundAll(geometry.coordinates) };
  return { type: "Polygon", coordinates: geometry.coordinates.map(roundAll) };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isPosition = (value: unknown): value is Position =>
  Array.isArray(value) &&
  value.length >= 2 &&
  value.slice(0, 2).every((degree) => typeof degree === "number" && Number.isFinite(degree)) &&
  Math.abs(value[0] as number) <= 180 &&
  Math.abs(value[1] as number) <= 90;
const isLine = (value: unknown, least: number): value is Position[] =>
  Array.isArray(value) && value.length >= least && value.length <= MAX_POINTS && value.every(isPosition);

/** The simple shapes of a GeoJSON geometry; a collection falls into its parts, what is no shape is left out. */
function shapesOf(geometry: unknown): DrawingGeometry[] {
  if (!isRecord(geometry)) return [];
  const { type, coordinates: at, geometries } = geometry;
  const each = (single: string): DrawingGeometry[] =>
    Array.isArray(at) ? at.flatMap((part: unknown) => shapesOf({ type: single, coordinates: part })) : [];
  if (type === "Point" && isPosition(at)) return [{ type, coordinates: at }];
  if (type === "LineString" && isLine(at, 2)) return [{ type, coordinates: at }];
  if (type === "Polygon" && Array.isArray(at) && at.length && at.every((ring) => isLine(ring, 4)))
    return [{ type, coordinates: at as Position[][] }];
  if (type === "MultiPoint" || type === "MultiLineString" || type === "MultiPolygon") return each(type.slice(5));
  return type === "GeometryCollection" && Array.isArray(geometries) ? geometries.flatMap(shapesOf) : [];
}

const KIND = { Point: "point", LineString: "line", Polygon: "polygon" } as const;
const wordsOf = (value: unknown, longest: number): string =>
  typeof value === "string" ? value.normalize("NFC").slice(0, longest) : "";

/** What a circle remembers beside its ring. */
export const circleWords = ([lon, lat]: LonLat, radiusM: number): Pick<DrawingProperties, "centre" | "radius_m"> => ({
  centre: [round(lon), round(lat)],
  radius_m: Number(radiusM.toFixed(2)),
});

function circleIn({ centre, radius_m: radiusM }: Record<string, unknown>): Partial<DrawingProperties> {
  if (!isPosition(centre) || typeof radiusM !== "number" || !(radiusM > 0) || !Number.isFinite(radiusM)) return {};
  return circleWords([centre[0] ?? 0, centre[1] ?? 0], radiusM);
}

/** Drawings out of any GeoJSON, ours or another program's. */
export function readDrawings(value: unknown, color: string): Drawing[] {
  if (!isRecord(value)) return [];
  if (value.type === "FeatureCollection" && Array.isArray(value.features))
    return value.features.slice(0, MAX_DRAWINGS).flatMap((one) => readDrawings(one, color));
  const properties = value.type === "Feature" && isRecord(value.properties) ? value.properties : {};
  return shapesOf(value.type === "Feature" ? value.geometry : value).map((shape) => ({
    type: "Feature",
    id: wordsOf(value.id, 20) || newId(),
    geometry: rounded(shape),
    properties: {
      name: wordsOf(properties.name, MAX_NAME),
      note: wordsOf(properties.note, MAX_NOTE),
      color: /^#[0-9a-f]{6}$/i.test(String(properties.color)) ? String(properties.color).toLowerCase() : color,
      ...(properties.kind === "circle" && shape.type === "Polygon"
        ? { kind: "circle", ...circleIn(properties) }
        : { kind: KIND[shape.type] }),
    },
  }));
}

const unlike = (known: readonly Drawing[]): ((one: Drawing) => boolean) => {
  const ids = new Set(known.map((one) => one.id));
  return (one) => !ids.has(one.id);
};

/** Take what is kept, then keep every change. Returns the way to stop. */
export function keepDrawings(color: string): () => void {
  try {
    const kept = readDrawings(JSON.parse(localStorage.getItem(KEPT) ?? "null"), color);
    if (kept.length)
      show({ type: "FeatureCollection", features: [...kept, ...drawings.get().features.filter(unlike(kept))] });
  } catch {
    // Unreadable or forbidden storage holds nothing for us.
  }
  return drawings.subscribe((now) => {
    try {
      if (now.features.length) localStorage.setItem(KEPT, JSON.stringify(now));
      else localStorage.removeItem(KEPT);
      drawingsKept.set(true);
    } catch {
      drawingsKept.set(now.features.length === 0);
    }
  });
}
