/** Drawings as GeoJSON files, in and out. */

import type { Bbox, LonLat } from "../api/types";
import { positionsOf, readDrawings, type Drawing, type Drawings } from "../state/drawings";

const MAX_BYTES = 5_000_000;

/** Null where the file is no JSON or too large. */
export async function readFile(file: File, color: string): Promise<Drawing[] | null> {
  if (file.size > MAX_BYTES) return null;
  try {
    const known = new Set<string>();
    return readDrawings(JSON.parse(await file.text()), color).map((one) => {
      const id = known.has(one.id) ? `${one.id}-${known.size}` : one.id;
      known.add(id);
      return { ...one, id: `${id}-${Date.now().toString(36)}` };
    });
  } catch {
    return null;
  }
}

export function saveFile(drawings: Drawings): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(drawings, null, 1)], { type: "application/geo+json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `geo_ioc-${new Date().toISOString().slice(0, 10)}.geojson`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function boxOf(drawings: readonly Drawing[]): { lonlat?: LonLat; bbox?: Bbox } {
  const all = drawings.flatMap((one) => positionsOf(one.geometry));
  const first = all[0];
  if (!first) return {};
  const lons = all.map(([lon = 0]) => lon);
  const lats = all.map(([, lat = 0]) => lat);
  return {
    lonlat: [first[0] ?? 0, first[1] ?? 0],
    bbox: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
  };
}
