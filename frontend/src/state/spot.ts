/** A place held long under a finger, or pressed with the other button: what is there is told in numbers. */

import { ApiError } from "../api/client";
import { fetchZones, type Zone } from "../api/measure";
import type { LonLat } from "../api/types";
import { cell } from "./cell";
import type { Spot } from "./store";

export const spot = cell<{ readonly lonlat: LonLat; readonly at: Spot } | null>(null);

/** The VN-2000 zone of a place; null where none reaches, or nobody can say. */
export async function zoneOf(lonlat: LonLat): Promise<Zone | null> {
  try {
    return (await fetchZones(lonlat)).zones[0] ?? null;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
