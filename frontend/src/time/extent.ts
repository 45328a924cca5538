/** The stretch of time a slider covers: whole steps up to now, as far back as the layers keep their past. */

import type { LayerTime } from "../api/types";
import { dayOf, instantOf, isDaily, stepped } from "./step";

const HOUR_S = 3_600;
const DAY_S = 86_400;
const TWO_YEARS_S = 731 * DAY_S;
/** What a person may choose to step by and to look over; each appears where it makes sense for the layers shown. */
export const STEPS_S = [60, 300, 900, HOUR_S, 6 * HOUR_S, DAY_S, 7 * DAY_S, 30 * DAY_S] as const;
export const SPANS_S = [
  6 * HOUR_S,
  DAY_S,
  7 * DAY_S,
  30 * DAY_S,
  91 * DAY_S,
  366 * DAY_S,
  TWO_YEARS_S,
  1827 * DAY_S,
] as const;
/** Fewer positions are no slider, more cannot be met by hand. */
const FEWEST = 6;
const MOST = 1_500;

export interface Extent {
  /** The first position, on a whole step; the last position is now. */
  readonly firstMs: number;
  readonly stepMs: number;
  /** Index of the last position. */
  readonly last: number;
}

/** The finest step of the layers: a coarser one is a person's choice. */
export const finestStep = (times: readonly LayerTime[]): number => Math.min(...times.map((time) => time.step_s));

/** How far back any of the layers remembers, in seconds; null where one forgets nothing. */
export function memoryOf(times: readonly LayerTime[]): number | null {
  const kept = times.map((time) => time.keep_s);
  return kept.includes(null) ? null : Math.max(...kept.map(Number));
}

/** Steps to choose from; none is finer than the layers' own. */
export const stepsFor = (finestS: number): number[] => {
  const coarser = STEPS_S.filter((step) => step > finestS && step <= Math.max(DAY_S, finestS * 30));
  return [finestS, ...coarser];
};

/** Stretches to choose from for a step; always at least one, the longest the layers keep. */
export function spansFor(stepS: number, memoryS: number | null): number[] {
  const fitting = SPANS_S.filter(
    (span) => span >= stepS * FEWEST && span <= stepS * MOST && (memoryS === null || span < memoryS),
  );
  if (memoryS !== null && memoryS <= stepS * MOST) return [...fitting, memoryS];
  return fitting.length ? fitting : [stepS * MOST];
}

/** The finest of the steps whose longest stretch reaches so far back; the coarsest where none does. */
export const stepReaching = (steps: readonly number[], memoryS: number | null, agoS: number): number =>
  steps.find((step) => Math.max(...spansFor(step, memoryS)) >= agoS) ?? steps.at(-1) ?? HOUR_S;

/** The stretch shown unless a person chooses one: up to two years, or as much more as reaches so far back. */
export function spanReaching(spans: readonly number[], agoS: number): number {
  const usual = spans.filter((span) => span <= TWO_YEARS_S).at(-1) ?? spans[0] ?? DAY_S;
  return usual >= agoS ? usual : (spans.find((span) => span >= agoS) ?? spans.at(-1) ?? usual);
}

/** The stretch that ends now. */
export function extentOf(stepS: number, spanS: number, nowMs: number): Extent {
  const stepMs = stepS * 1000;
  const count = Math.max(1, Math.round(spanS / stepS));
  const first = stepped(null, -count, stepS, nowMs);
  return { firstMs: first === null ? nowMs - stepMs : instantOf(first), stepMs, last: count };
}

/** The instant at a position; null, now, at the last one. */
export function instantAt({ firstMs, stepMs, last }: Extent, index: number): string | null {
  if (index >= last) return null;
  const ms = firstMs + Math.max(0, index) * stepMs;
  return isDaily(stepMs / 1000) ? dayOf(ms) : new Date(ms).toISOString().replace(".000Z", "Z");
}

/** The position of an instant, the nearest one before it; the first where it lies before all. */
export function indexAt({ firstMs, stepMs, last }: Extent, at: string | null): number {
  if (at === null) return last;
  return Math.min(last - 1, Math.max(0, Math.floor((instantOf(at) - firstMs) / stepMs)));
}
