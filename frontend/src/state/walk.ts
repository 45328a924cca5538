/** The features in view one after another, for whoever has no pointer. */

import type { FeatureAddress } from "../api/layers";
import type { LonLat } from "../api/types";
import { cell } from "./cell";

export interface Step {
  readonly feature: FeatureAddress;
  readonly title: string;
  readonly lonlat: LonLat;
  /** From the middle of the map. */
  readonly metres: number;
  /** Clockwise from north, in degrees. */
  readonly bearing: number;
}

/** Nearest to the middle first; null while nobody walks. */
export const walk = cell<readonly Step[] | null>(null);
/** The feature walked to, marked on the map. */
export const walkedTo = cell<FeatureAddress | null>(null);
/** Set by the map: what is drawn now, and the names of the ground under its middle, smallest first. */
export const drawing = cell<{ readonly steps: () => readonly Step[]; readonly ground: () => readonly string[] } | null>(
  null,
);

export const startWalk = (): void => walk.set(drawing.get()?.steps() ?? null);

export function stopWalk(): void {
  walk.set(null);
  walkedTo.set(null);
}

const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** Distance on the sphere and the direction at the start. */
export function wayTo(from: LonLat, to: LonLat): { metres: number; bearing: number } {
  const [lat1, lat2] = [from[1] * RAD, to[1] * RAD];
  const across = (to[0] - from[0]) * RAD;
  const half = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(across / 2) ** 2;
  const bearing = Math.atan2(
    Math.sin(across) * Math.cos(lat2),
    Math.cos(lat1) * Math.sin(lat2) - Math.sin(lat1) * Math.cos(lat2) * Math.cos(across),
  );
  return { metres: 2 * EARTH_M * Math.asin(Math.sqrt(half)), bearing: (bearing / RAD + 360) % 360 };
}

const WINDS = ["north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"] as const;
export type Wind = (typeof WINDS)[number];
export const windOf = (bearing: number): Wind => WINDS[Math.round(bearing / 45) % 8] ?? "north";
