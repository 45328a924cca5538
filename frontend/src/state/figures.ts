/** The exact figures of the shape in hand: asked once for every shape, known to the panel and to the map's labels. */

import { ApiError } from "../api/client";
import { fetchMeasured, type Measured } from "../api/measure";
import type { LocalText } from "../api/types";
import { cell, derive } from "./cell";
import { chosenDrawing, drawingOf, drawings, type DrawingGeometry } from "./drawings";
import { held, shapeOf } from "./sketch";
import { sketch } from "./tools";

const WAIT_MS = 200;

export type Answer =
  | { readonly geometry: DrawingGeometry; readonly measured: Measured; readonly fault: null }
  | { readonly geometry: DrawingGeometry; readonly measured: null; readonly fault: LocalText };

/** The answer for the newest shape that was asked about. */
export const figures = cell<Answer | null>(null);

/** What is measured now: the sketch's fixed points, else the chosen drawing, also while it is held. */
export const subject = derive([sketch, drawings, chosenDrawing, held], (now, all, id, moved): DrawingGeometry | null =>
  now ? stable(shapeOf(now)) : moved?.id === id && moved ? moved.geometry : (drawingOf(all, id)?.geometry ?? null),
);

let last: DrawingGeometry | null = null;
/** The same shape stays the same object, so that nobody is told of a change that is none. */
function stable(shape: DrawingGeometry | null): DrawingGeometry | null {
  if (JSON.stringify(shape) !== JSON.stringify(last)) last = shape;
  return last;
}

/** Ask about every shape in hand. Returns the way to stop. */
export function bindFigures(): () => void {
  let abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (geometry: DrawingGeometry, signal: AbortSignal): Promise<void> => {
    try {
      const measured = await fetchMeasured(geometry, signal);
      if (!signal.aborted) figures.set({ geometry, measured, fault: null });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      figures.set({ geometry, measured: null, fault: error.text });
    }
  };
  const stop = subject.subscribe((geometry) => {
    clearTimeout(timer);
    abort.abort();
    if (!geometry || figures.get()?.geometry === geometry) return;
    abort = new AbortController();
    timer = setTimeout(() => void ask(geometry, abort.signal), WAIT_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
    abort.abort();
  };
}
