/** What a base map's swatch shows: one of its tiles, of where the map looks. */

import type { BaseMap } from "../api/basemaps";
import type { Camera } from "../state/store";

const WISH = 11;

/** The address of the picture that covers the place; null where tiles are no pictures. */
export function sampleTile(map: BaseMap, camera: Camera): string | null {
  const template = map.picture?.tiles[0];
  if (!map.picture || !template || template.includes("{bbox")) return null;
  const { minzoom, maxzoom, scheme } = map.picture;
  const z = Math.max(minzoom, map.minzoom, Math.min(maxzoom, WISH, Math.round(camera.zoom)));
  const side = 2 ** z;
  const lat = (camera.lat * Math.PI) / 180;
  const x = Math.floor(((camera.lon + 180) / 360) * side);
  const y = Math.floor(((1 - Math.asinh(Math.tan(lat)) / Math.PI) / 2) * side);
  const row = scheme === "tms" ? side - 1 - y : y;
  const digits = Array.from({ length: z }, (_, index) => {
    const bit = z - 1 - index;
    return ((x >> bit) & 1) + 2 * ((y >> bit) & 1);
  });
  const values: Record<string, string> = { z: `${z}`, x: `${x}`, y: `${row}`, ratio: "", quadkey: digits.join("") };
  return template.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}
