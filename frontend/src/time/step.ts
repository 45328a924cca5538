/** From one instant to the next along a layer's steps. */

/** The instant `steps` steps away from `at` (now when null), on a whole step; null when it reaches now. Times in ISO 8601. */
export function stepped(at: string | null, steps: number, stepS: number, nowMs: number): string | null {
  const stepMs = stepS * 1000;
  const from = at === null ? nowMs : Date.parse(at);
  const whole = Math.floor(from / stepMs) * stepMs;
  // From between two steps, one back is the step just passed.
  const back = whole < from && steps < 0 ? steps + 1 : steps;
  const next = whole + back * stepMs;
  return next >= nowMs ? null : new Date(next).toISOString().replace(".000Z", "Z");
}
