/** In which system the foot tells a place: WGS 84, or one of the VN-2000 zones in use there. */

import { ApiError } from "../api/client";
import { fetchZones, type Zone } from "../api/measure";
import { cell } from "./cell";
import { camera, type Camera } from "./store";

const WAIT_MS = 400;

/** Null: WGS 84. */
export const zone = cell<Zone | null>(null);
/** The zones for the middle of the map, its own first. */
let zones: readonly Zone[] = [];
/** The map's own zone is followed from place to place; one that was picked stays. */
let follows = true;

async function zonesAt({ lon, lat }: Camera): Promise<readonly Zone[]> {
  try {
    return (await fetchZones([lon, lat])).zones;
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

/** WGS 84, then every zone of the place, then WGS 84 again. */
export async function turnSystem(): Promise<void> {
  const now = zone.get();
  const place = camera.get();
  if (!now) {
    zones = place ? await zonesAt(place) : [];
    follows = true;
    zone.set(zones[0] ?? null);
    return;
  }
  const next = zones[zones.findIndex((one) => one.srid === now.srid) + 1] ?? null;
  follows = false;
  zone.set(next);
}

/** Keep to the zone of the place while the map moves. Returns the way to stop. */
export function bindZone(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = camera.subscribe((place) => {
    clearTimeout(timer);
    if (!zone.get() || !follows || !place) return;
    timer = setTimeout(async () => {
      const found = await zonesAt(place);
      if (!found[0] || !zone.get() || !follows) return;
      zones = found;
      if (zone.get()?.srid !== found[0].srid) zone.set(found[0]);
    }, WAIT_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
