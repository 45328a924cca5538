/** A feature's line or area while its corners are corrected: every step can be taken back until the form is sent. */

import type { Position } from "geojson";
import type { LonLat } from "../api/types";
import { followed } from "./borders";
import { cell, derive } from "./cell";
import { estimateArea, estimateLength } from "./estimate";
import { cancelSketch, chosenCorner } from "./sketch";
import { reshaped } from "./tools";
import {
  allCorners,
  cornersOf,
  insertCorner,
  isArea,
  leastCorners,
  linesOf,
  middleAfter,
  moveCorner,
  removeCorner,
  type Corner,
  type Outline,
} from "./vertices";

const MAX_STEPS = 200;
/** About a centimetre. */
const DECIMALS = 7;

const past = cell<readonly Outline[]>([]);
export const canStepBack = derive([past], (steps) => steps.length > 0);
/** How few corners a part may have, once somebody tried to take away one too many. */
export const tooFew = cell<number | null>(null);

/** Which field's shape it is. */
export const reshapedBy = cell<string | null>(null);

/** `line`: a press on the map adds a vertex. `borders`: the first outline is in hand, those that touch it follow. */
export type Manner = "outline" | "line" | "borders";
export const manner = cell<Manner>("outline");

/** The part of the shape whose corners are in hand. */
export const inHand = (shape: Outline, how: Manner = manner.get()): Outline =>
  how === "borders" && shape.type === "MultiPolygon"
    ? { type: "Polygon", coordinates: shape.coordinates[0] ?? [] }
    : shape;

export const whole = (before: Outline, after: Outline): Outline =>
  manner.get() === "borders" ? followed(before, after) : after;

export function beginReshape(by: string, shape: Outline, how: Manner = "outline"): void {
  cancelSketch();
  past.set([]);
  tooFew.set(null);
  chosenCorner.set(null);
  manner.set(how);
  reshaped.set(shape);
  reshapedBy.set(by);
}

export function endReshape(): void {
  reshapedBy.set(null);
  past.set([]);
  tooFew.set(null);
  chosenCorner.set(null);
  reshaped.set(null);
}

const round = (degree: number): number => Number(degree.toFixed(DECIMALS));

/** The next state of the shape, as one step. */
export function reshape(next: Outline): void {
  const now = reshaped.get();
  if (!now || now === next) return;
  past.update((steps) => [...steps, now].slice(-MAX_STEPS));
  tooFew.set(null);
  reshaped.set(whole(now, next));
}

/** One more vertex at the end of the line that is drawn. */
export function extendLine([lon, lat]: LonLat): void {
  const now = reshaped.get();
  if (now?.type !== "LineString" || manner.get() !== "line") return;
  chosenCorner.set({ ring: 0, index: now.coordinates.length });
  reshape({ ...now, coordinates: [...now.coordinates, [round(lon), round(lat)]] });
}

export function stepBack(): void {
  const before = past.get().at(-1);
  if (!before) return;
  past.update((steps) => steps.slice(0, -1));
  tooFew.set(null);
  reshaped.set(before);
  const corner = chosenCorner.get();
  if (corner && !placeOf(before, corner)) chosenCorner.set(null);
}

export const placeOf = (shape: Outline, { ring, index }: Corner): LonLat | null => {
  const at = cornersOf(shape)[ring]?.[index];
  return at ? [at[0] ?? 0, at[1] ?? 0] : null;
};

export function putCorner(corner: Corner, [lon, lat]: LonLat): void {
  const now = reshaped.get();
  if (now) reshape(moveCorner(now, corner, [round(lon), round(lat)]));
}

/** A new corner half-way to the next one, chosen from then on. */
export function splitSide(corner: Corner): void {
  const now = reshaped.get();
  const at = now && middleAfter(now, corner);
  if (!at) return;
  reshape(insertCorner(now, corner, [round(at[0]), round(at[1])]));
  chosenCorner.set({ ...corner, index: corner.index + 1 });
}

/** Take a corner away; where too few would stay it is said. */
export function dropCorner(corner: Corner): void {
  const now = reshaped.get();
  if (!now) return;
  const rest = removeCorner(now, corner);
  if (!rest) return tooFew.set(leastCorners(now));
  reshape(rest);
  const last = (cornersOf(rest)[corner.ring]?.length ?? 0) - 1;
  chosenCorner.set(last < 0 ? null : { ...corner, index: Math.min(corner.index, last) });
}

/** The corner so many places further; null past either end. */
export function cornerBeside(shape: Outline, corner: Corner, by: 1 | -1): Corner | null {
  const all = allCorners(shape);
  return all[all.findIndex(({ ring, index }) => ring === corner.ring && index === corner.index) + by] ?? null;
}

const placesOf = (line: readonly Position[]): LonLat[] => line.map(([lon = 0, lat = 0]) => [lon, lat]);

/** Square metres of an area, holes taken off, or metres of a line: estimated. */
export function sizeOf(shape: Outline): number {
  const lines = linesOf(shape).map(placesOf);
  if (!isArea(shape)) return lines.reduce((sum, line) => sum + estimateLength(line), 0);
  const parts = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
  return parts
    .flatMap((rings) => rings.map((ring, place) => (place ? -1 : 1) * estimateArea(placesOf(ring))))
    .reduce((sum, area) => sum + area, 0);
}
