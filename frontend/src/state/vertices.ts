/** The corners of a shape: moved, added, taken away. Pure; a ring stays closed. */

import type { LineString, MultiLineString, MultiPolygon, Polygon, Position } from "geojson";
import type { Bbox, LonLat } from "../api/types";
import type { DrawingGeometry } from "./drawings";

/** What has corners between which something lies: a layer's line or area, in one part or many. */
export type Outline = LineString | Polygon | MultiLineString | MultiPolygon;
export type Shape = DrawingGeometry | Outline;

/** Which corner: its line (a ring of an area, else a part) and its place on it. */
export interface Corner {
  readonly ring: number;
  readonly index: number;
}

export const isArea = (geometry: Shape): geometry is Polygon | MultiPolygon => geometry.type.endsWith("Polygon");

export function linesOf(geometry: Shape): Position[][] {
  if (geometry.type === "Point") return [[geometry.coordinates]];
  if (geometry.type === "LineString") return [geometry.coordinates];
  return geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : geometry.coordinates;
}

/** The corners of a line without the one that closes a ring. */
export const cornersOf = (geometry: Shape): Position[][] =>
  linesOf(geometry).map((line) => (isArea(geometry) ? line.slice(0, -1) : line));

/** The same shape with other lines; a line that is null is left out. */
function withLines<Given extends Shape>(geometry: Given, lines: readonly (Position[] | null)[]): Given {
  let next = 0;
  const kept = (count: number): Position[][] => {
    const part = lines.slice(next, next + count).filter((line) => line !== null);
    next += count;
    return part;
  };
  if (geometry.type === "Point") return { ...geometry, coordinates: lines[0]?.[0] ?? geometry.coordinates };
  if (geometry.type === "LineString") return { ...geometry, coordinates: lines[0] ?? geometry.coordinates };
  if (geometry.type === "MultiPolygon")
    return { ...geometry, coordinates: geometry.coordinates.map((part) => kept(part.length)) };
  return { ...geometry, coordinates: kept(lines.length) };
}

function withCorners<Given extends Shape>(geometry: Given, ring: number, corners: Position[]): Given {
  const first = corners[0];
  if (!first) return geometry;
  const line = isArea(geometry) ? [...corners, first] : corners;
  return withLines(
    geometry,
    linesOf(geometry).map((old, place) => (place === ring ? line : old)),
  );
}

export function moveCorner<Given extends Shape>(geometry: Given, { ring, index }: Corner, to: LonLat): Given {
  const corners = cornersOf(geometry)[ring] ?? [];
  return withCorners(
    geometry,
    ring,
    corners.map((corner, place) => (place === index ? [...to] : corner)),
  );
}

/** A new corner after the given one. */
export function insertCorner<Given extends Shape>(geometry: Given, { ring, index }: Corner, at: LonLat): Given {
  const corners = [...(cornersOf(geometry)[ring] ?? [])];
  corners.splice(index + 1, 0, [...at]);
  return withCorners(geometry, ring, corners);
}

/** Whether a ring goes around a hole. */
function isHole(geometry: Shape, ring: number): boolean {
  if (geometry.type === "Polygon") return ring > 0;
  if (geometry.type !== "MultiPolygon") return false;
  const outer = geometry.coordinates.map((_, part) => geometry.coordinates.slice(0, part).flat().length);
  return !outer.includes(ring);
}

/** How few corners a line of the shape may have. */
export const leastCorners = (geometry: Shape): number => (isArea(geometry) ? 3 : 2);

/** Null where too few would stay; a hole that loses its shape goes whole. */
export function removeCorner<Given extends Shape>(geometry: Given, { ring, index }: Corner): Given | null {
  if (geometry.type === "Point") return null;
  const corners = (cornersOf(geometry)[ring] ?? []).filter((_, place) => place !== index);
  if (corners.length >= leastCorners(geometry)) return withCorners(geometry, ring, corners);
  if (!isHole(geometry, ring)) return null;
  return withLines(
    geometry,
    linesOf(geometry).map((line, place) => (place === ring ? null : line)),
  );
}

const middle = (a: Position, b: Position): LonLat => [((a[0] ?? 0) + (b[0] ?? 0)) / 2, ((a[1] ?? 0) + (b[1] ?? 0)) / 2];

/** Half-way from a corner to the next one; null after a line's last. */
export function middleAfter(geometry: Shape, { ring, index }: Corner): LonLat | null {
  const corners = cornersOf(geometry)[ring] ?? [];
  const at = corners[index];
  const next = corners[index + 1] ?? (isArea(geometry) ? corners[0] : undefined);
  return at && next ? middle(at, next) : null;
}

/** Every corner in the order they are walked. */
export const allCorners = (geometry: Shape): Corner[] =>
  cornersOf(geometry).flatMap((line, ring) => line.map((_, index) => ({ ring, index })));

export function boundsOf(geometry: Shape): Bbox {
  const places = linesOf(geometry).flat();
  const [lons, lats] = [places.map(([lon = 0]) => lon), places.map(([, lat = 0]) => lat)];
  return [
    lons.reduce((a, b) => Math.min(a, b), 180),
    lats.reduce((a, b) => Math.min(a, b), 90),
    lons.reduce((a, b) => Math.max(a, b), -180),
    lats.reduce((a, b) => Math.max(a, b), -90),
  ];
}
