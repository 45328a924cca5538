/** From one instant to the next along a layer's steps. */

const DAY_S = 86_400;
/** Vietnam keeps UTC+7 the whole year; its days, not UTC's, are what a date means. */
const ZONE_MS = 7 * 3_600_000;
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a step is so long that only the day matters. */
export const isDaily = (stepS: number): boolean => stepS >= DAY_S;

/** Milliseconds since 1970; a date alone is its first moment in Vietnam. */
export const instantOf = (at: string): number =>
  DATE_ONLY.test(at) ? Date.parse(`${at}T00:00:00Z`) - ZONE_MS : Date.parse(at);

/** The day an instant falls on in Vietnam, `2026-11-22`. */
export const dayOf = (ms: number): string => new Date(ms + ZONE_MS).toISOString().slice(0, 10);

/** The instant `steps` steps away from `at` (now when null), on a whole step; null when it reaches now. */
export function stepped(at: string | null, steps: number, stepS: number, nowMs: number): string | null {
  const stepMs = stepS * 1000;
  const from = at === null ? nowMs : instantOf(at);
  const whole = Math.floor((from + ZONE_MS) / stepMs) * stepMs - ZONE_MS;
  // From between two steps, one back is the step just passed.
  const back = whole < from && steps < 0 ? steps + 1 : steps;
  const next = whole + back * stepMs;
  if (next >= nowMs) return null;
  return isDaily(stepS) ? dayOf(next) : new Date(next).toISOString().replace(".000Z", "Z");
}
