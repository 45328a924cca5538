/** How many rows there were, instant by instant. */

import type { CountQuery } from "../api/layers";
import type { Layer, LayerTime } from "../api/types";
import { countRows } from "./counts";

/** Instants of one line; each is a question of its own. */
const INSTANTS = 12;
const AT_ONCE = 3;
const DAY_S = 86_400;
const LONGEST_S = 731 * DAY_S;
const VIETNAM_S = 7 * 3_600;

/** Evenly apart from as long ago as the layer remembers, two years at most, up to now (null); on whole steps. */
export function instantsOf(time: LayerTime, nowMs: number): (string | null)[] {
  const span = Math.min(time.keep_s ?? LONGEST_S, LONGEST_S);
  const apart = Math.max(time.step_s, span / (INSTANTS - 1));
  const count = Math.min(INSTANTS - 1, Math.floor(span / apart));
  const now = nowMs / 1000 + VIETNAM_S;
  return Array.from({ length: count + 1 }, (_, index) => {
    if (index === count) return null;
    const at = Math.floor((now - (count - index) * apart) / time.step_s) * time.step_s;
    if (time.step_s >= DAY_S) return new Date(at * 1000).toISOString().slice(0, 10);
    return new Date((at - VIETNAM_S) * 1000).toISOString().replace(".000Z", "Z");
  });
}

/** Totals in the order of the instants (null: now); undefined where the server could not say. */
export async function countOverTime(
  layer: Layer,
  query: CountQuery,
  instants: readonly (string | null)[],
  signal: AbortSignal,
): Promise<readonly (number | null | undefined)[]> {
  const totals: (number | null | undefined)[] = instants.map(() => undefined);
  const waiting = instants.map((at, index) => ({ at, index }));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      const counts = await countRows(layer, { ...query, at: next.at }, signal);
      totals[next.index] = counts ? (counts.total ?? null) : undefined;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return totals;
}
