/** Where a row lies: its point, or the box around its shape. */

import type { Geometry, Position } from "geojson";
import type { Bbox, LayerFeature, LonLat } from "../api/types";

function positions(geometry: Geometry): Position[] {
  if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(positions);
  const depth = { Point: 0, MultiPoint: 1, LineString: 1, MultiLineString: 2, Polygon: 2, MultiPolygon: 3 }[
    geometry.type
  ];
  return depth === 0
    ? [geometry.coordinates as Position]
    : ((geometry.coordinates as unknown[]).flat(depth - 1) as Position[]);
}

export function placeOf(row: LayerFeature): { lonlat?: LonLat; bbox?: Bbox } {
  if (!row.geometry) return {};
  const all = positions(row.geometry);
  const first = all[0];
  if (!first) return {};
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon = 0, lat = 0] of all) {
    box[0] = Math.min(box[0] ?? lon, lon);
    box[1] = Math.min(box[1] ?? lat, lat);
    box[2] = Math.max(box[2] ?? lon, lon);
    box[3] = Math.max(box[3] ?? lat, lat);
  }
  return { lonlat: [first[0] ?? 0, first[1] ?? 0], bbox: box as unknown as Bbox };
}
