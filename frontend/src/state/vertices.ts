/** The corners of a shape: moved, added, taken away. Pure; a ring stays closed. */

import type { Position } from "geojson";
import type { LonLat } from "../api/types";
import type { DrawingGeometry } from "./drawings";

/** Which corner: its line (a ring of an area, else 0) and its place on it. */
export interface Corner {
  readonly ring: number;
  readonly index: number;
}

export const linesOf = (geometry: DrawingGeometry): Position[][] =>
  geometry.type === "Polygon"
    ? geometry.coordinates
    : geometry.type === "LineString"
      ? [geometry.coordinates]
      : [[geometry.coordinates]];

/** The corners of a line without the one that closes a ring. */
export const cornersOf = (geometry: DrawingGeometry): Position[][] =>
  linesOf(geometry).map((line) => (geometry.type === "Polygon" ? line.slice(0, -1) : line));

function withCorners(geometry: DrawingGeometry, ring: number, corners: Position[]): DrawingGeometry {
  const first = corners[0];
  if (!first) return geometry;
  if (geometry.type === "Point") return { type: "Point", coordinates: first };
  if (geometry.type === "LineString") return { type: "LineString", coordinates: corners };
  return {
    type: "Polygon",
    coordinates: geometry.coordinates.map((line, place) => (place === ring ? [...corners, first] : line)),
  };
}

export function moveCorner(geometry: DrawingGeometry, { ring, index }: Corner, to: LonLat): DrawingGeometry {
  const corners = cornersOf(geometry)[ring] ?? [];
  return withCorners(
    geometry,
    ring,
    corners.map((corner, place) => (place === index ? [...to] : corner)),
  );
}

/** A new corner after the given one. */
export function insertCorner(geometry: DrawingGeometry, { ring, index }: Corner, at: LonLat): DrawingGeometry {
  const corners = [...(cornersOf(geometry)[ring] ?? [])];
  corners.splice(index + 1, 0, [...at]);
  return withCorners(geometry, ring, corners);
}

/** Null where too few would stay; a hole that loses its shape goes whole. */
export function removeCorner(geometry: DrawingGeometry, { ring, index }: Corner): DrawingGeometry | null {
  if (geometry.type === "Point") return null;
  const corners = (cornersOf(geometry)[ring] ?? []).filter((_, place) => place !== index);
  if (corners.length >= (geometry.type === "Polygon" ? 3 : 2)) return withCorners(geometry, ring, corners);
  if (geometry.type !== "Polygon" || ring === 0) return null;
  return { type: "Polygon", coordinates: geometry.coordinates.filter((_, place) => place !== ring) };
}
