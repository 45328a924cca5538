/** A place typed as numbers: "11.30185, 106.41781" or "106,4 11,3". */

import type { LonLat } from "../api/types";

/** Lon and lat in degrees; null when the text is something else. Vietnam lies east of 100°: that tells lon from lat. */
export function parsePlace(text: string): LonLat | null {
  const cleaned = text.replace(/[°NEBĐ]/gi, " ").trim();
  const match =
    /^(-?\d{1,3}\.\d+)\s*[,;\s]\s*(-?\d{1,3}\.\d+)$/.exec(cleaned) ??
    /^(-?\d{1,3},\d+)\s*[;\s]\s*(-?\d{1,3},\d+)$/.exec(cleaned);
  if (!match?.[1] || !match[2]) return null;
  const [a, b] = [Number(match[1].replace(",", ".")), Number(match[2].replace(",", "."))];
  const [lon, lat] = Math.abs(a) > 90 ? [a, b] : [b, a];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 85 ? [lon, lat] : null;
}
