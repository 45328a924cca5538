/** Where a feature lies, in words: a point by its coordinates, a line or an area by its corners and its size. */

import type { Geometry } from "geojson";
import type { Language } from "../api/types";
import { sizeOf } from "../state/reshape";
import { allCorners, isArea, type Outline } from "../state/vertices";
import { formatArea, formatDistance, formatLonLat } from "../text/format";
import { w } from "./words";

const OUTLINES = ["LineString", "Polygon", "MultiLineString", "MultiPolygon"];

export const isOutline = (value: unknown): value is Outline =>
  typeof value === "object" && value !== null && "type" in value && OUTLINES.includes(String(value.type));

export const outlineSize = (shape: Outline, language: Language): string =>
  (isArea(shape) ? formatArea : formatDistance)(sizeOf(shape), language);

export const outlineWords = (shape: Outline, language: Language): string =>
  w.get()("shape.is", { count: allCorners(shape).length, size: outlineSize(shape, language) });

/** Null for no geometry. */
export function placeWords(value: unknown, language: Language): string | null {
  if (isOutline(value)) return outlineWords(value, language);
  const geometry = value as Geometry | null | undefined;
  if (geometry?.type !== "Point") return null;
  const [lon = 0, lat = 0] = geometry.coordinates;
  return formatLonLat([lon, lat], language);
}
