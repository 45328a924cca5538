/** Lengths and areas while the hand still moves: good to a thousandth, always shown with ≈; the server's follow. */

import type { LonLat } from "../api/types";

const A = 6_378_137;
const E2 = 0.00669437999014;
const FAR_DEGREES = 5;
const MEAN_RADIUS_M = 6_371_009;
const CIRCLE_STEPS = 48;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres a degree of longitude and of latitude are long at a latitude. */
function degreeAt(lat: number): readonly [number, number] {
  const bend = 1 - E2 * Math.sin(radians(lat)) ** 2;
  return [radians(1) * (A / Math.sqrt(bend)) * Math.cos(radians(lat)), radians(1) * ((A * (1 - E2)) / bend ** 1.5)];
}

export function estimateDistance(a: LonLat, b: LonLat): number {
  if (Math.abs(a[0] - b[0]) > FAR_DEGREES || Math.abs(a[1] - b[1]) > FAR_DEGREES) return onSphere(a, b);
  const [wide, tall] = degreeAt((a[1] + b[1]) / 2);
  return Math.hypot((b[0] - a[0]) * wide, (b[1] - a[1]) * tall);
}

function onSphere(a: LonLat, b: LonLat): number {
  const half = (degrees: number): number => Math.sin(radians(degrees) / 2) ** 2;
  const h = half(b[1] - a[1]) + Math.cos(radians(a[1])) * Math.cos(radians(b[1])) * half(b[0] - a[0]);
  return 2 * MEAN_RADIUS_M * Math.asin(Math.sqrt(h));
}

export const estimateLength = (points: readonly LonLat[]): number =>
  points.slice(1).reduce((sum, point, index) => sum + estimateDistance(points[index] ?? point, point), 0);

/** Square metres inside a ring, closed or not. */
export function estimateArea(ring: readonly LonLat[]): number {
  const first = ring[0];
  if (!first || ring.length < 3) return 0;
  const middle = ring.reduce((sum, [, lat]) => sum + lat, 0) / ring.length;
  const [wide, tall] = degreeAt(middle);
  const twice = ring.reduce((sum, a, index) => {
    const b = ring[(index + 1) % ring.length] ?? first;
    return sum + (a[0] - first[0]) * (b[1] - first[1]) - (b[0] - first[0]) * (a[1] - first[1]);
  }, 0);
  return (Math.abs(twice) / 2) * wide * tall;
}

/** A ring around a place, for the eye. */
export function estimateCircle(centre: LonLat, radiusM: number): LonLat[] {
  const [wide, tall] = degreeAt(centre[1]);
  return Array.from({ length: CIRCLE_STEPS + 1 }, (_, step) => {
    const turn = (2 * Math.PI * (step % CIRCLE_STEPS)) / CIRCLE_STEPS;
    return [centre[0] + (radiusM * Math.cos(turn)) / wide, centre[1] + (radiusM * Math.sin(turn)) / tall] as const;
  });
}
