/** Where the divider may stand, in percent of the map's width. */

const LEAST = 5;
const MOST = 95;
const STEP = 2;
const LEAP = 10;

export const clampSplit = (percent: number): number => Math.min(MOST, Math.max(LEAST, percent));

/** The divider after a key; null for a key that does not move it. */
export function splitAfter(key: string, split: number): number | null {
  const moved: Readonly<Record<string, number>> = {
    ArrowLeft: split - STEP,
    ArrowRight: split + STEP,
    PageDown: split - LEAP,
    PageUp: split + LEAP,
    Home: LEAST,
    End: MOST,
  };
  const next = moved[key];
  return next === undefined ? null : clampSplit(next);
}
