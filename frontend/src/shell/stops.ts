/** The heights a sheet rests at. */

export type Stop = "peek" | "half" | "full";

export function nearestStop(px: number, heights: Readonly<Record<Stop, number>>): Stop {
  const stops = Object.entries(heights) as [Stop, number][];
  return stops.reduce((best, next) => (Math.abs(next[1] - px) < Math.abs(best[1] - px) ? next : best))[0];
}
