/** Whether measuring and drawing are open, and what is in hand: all that a first map needs to know of them. */

import type { LonLat } from "../api/types";
import { cell, derive } from "./cell";
import type { Outline } from "./vertices";

export type DrawingKind = "point" | "line" | "polygon" | "circle";
/** Measuring leaves its result on the map until the next begins; drawing leaves a drawing. */
export type Tool = "distance" | "area" | DrawingKind;
export interface Sketch {
  readonly tool: Tool;
  readonly points: readonly LonLat[];
  readonly done: boolean;
}

export const toolsOpen = cell(false);
/** The line or area whose corners a correction moves. */
export const reshaped = cell<Outline | null>(null);
export const sketch = cell<Sketch | null>(null);
export const isDrawing = derive([sketch], (now) => now !== null && !now.done);

/** Where this browser keeps drawings. */
export const KEPT = "geo_ioc.drawings.1";

export function hasKept(): boolean {
  try {
    return localStorage.getItem(KEPT) !== null;
  } catch {
    return false;
  }
}
