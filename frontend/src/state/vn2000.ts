/**
 * WGS 84 to VN-2000 in the browser: for the pointer, where asking the server at every move would be late.
 * The datum shift is EPSG operation "VN-2000 to WGS 84 (2)", undone; the projection Krüger's series to the fourth order
 * (under a micrometre within a zone). Everything that is kept or signed is computed by the server.
 */

import type { LonLat } from "../api/types";

export interface GridPlace {
  /** Northing, metres: X in Vietnamese documents. */
  readonly x: number;
  /** Easting, metres: Y in Vietnamese documents. */
  readonly y: number;
}

/** The ellipsoid of both systems. */
const A = 6_378_137;
const F = 1 / 298.257223563;
const E2 = F * (2 - F);
const N = F / (2 - F);

const SHIFT_M = [-191.90441429, -39.30318279, -111.45032835] as const;
const ARC_SECOND = Math.PI / 648_000;
/** Of the position-vector convention, as in the string `+towgs84`. */
const [RX, RY, RZ] = [0.00928836 * ARC_SECOND, -0.01975479 * ARC_SECOND, 0.00427372 * ARC_SECOND];
const SCALE = 1 + 0.252906278e-6;

const K0 = 0.9999;
const FALSE_EASTING_M = 500_000;
const RECTIFYING_M = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const SERIES = [
  N / 2 - (2 * N ** 2) / 3 + (5 * N ** 3) / 16 + (41 * N ** 4) / 180,
  (13 * N ** 2) / 48 - (3 * N ** 3) / 5 + (557 * N ** 4) / 1440,
  (61 * N ** 3) / 240 - (103 * N ** 4) / 140,
  (49_561 * N ** 4) / 161_280,
] as const;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

type Vector = readonly [number, number, number];

function toCentre(lon: number, lat: number): Vector {
  const radius = A / Math.sqrt(1 - E2 * Math.sin(lat) ** 2);
  return [
    radius * Math.cos(lat) * Math.cos(lon),
    radius * Math.cos(lat) * Math.sin(lon),
    radius * (1 - E2) * Math.sin(lat),
  ];
}

function fromCentre([x, y, z]: Vector): readonly [number, number] {
  const flat = Math.hypot(x, y);
  let lat = Math.atan2(z, flat * (1 - E2));
  // Near the ground each turn leaves a thousandth of the error before.
  for (let turn = 0; turn < 4; turn += 1) {
    const radius = A / Math.sqrt(1 - E2 * Math.sin(lat) ** 2);
    lat = Math.atan2(z + E2 * radius * Math.sin(lat), flat);
  }
  return [Math.atan2(y, x), lat];
}

/** The place (WGS 84, degrees) in the VN-2000 zone with this central meridian (degrees east). */
export function toVn2000([lon, lat]: LonLat, meridian: number): GridPlace {
  const there = toCentre(radians(lon), radians(lat));
  const [x, y, z] = there.map((value, axis) => (value - (SHIFT_M[axis] ?? 0)) / SCALE) as unknown as Vector;
  const [turnedLon, turnedLat] = fromCentre([x + RZ * y - RY * z, y - RZ * x + RX * z, z + RY * x - RX * y]);
  return projected(turnedLon - radians(meridian), turnedLat);
}

function projected(aside: number, lat: number): GridPlace {
  const eccentric = (2 * Math.sqrt(N)) / (1 + N);
  const t = Math.sinh(Math.atanh(Math.sin(lat)) - eccentric * Math.atanh(eccentric * Math.sin(lat)));
  const up = Math.atan2(t, Math.cos(aside));
  const across = Math.asinh(Math.sin(aside) / Math.hypot(t, Math.cos(aside)));
  let [northing, easting] = [up, across];
  SERIES.forEach((factor, index) => {
    const turn = 2 * (index + 1);
    northing += factor * Math.sin(turn * up) * Math.cosh(turn * across);
    easting += factor * Math.cos(turn * up) * Math.sinh(turn * across);
  });
  return { x: K0 * RECTIFYING_M * northing, y: FALSE_EASTING_M + K0 * RECTIFYING_M * easting };
}

/** `105°30′`. */
export function meridianName(meridian: number): string {
  const minutes = Math.round(meridian * 60);
  return `${Math.floor(minutes / 60)}°${String(minutes % 60).padStart(2, "0")}′`;
}
