/** Layers whose visible tiles hold more than is drawn: how many features are drawn, of how many. */

import { cell } from "./cell";

export interface Thinned {
  readonly kept: number;
  readonly total: number;
}

export const thinned = cell<ReadonlyMap<string, Thinned>>(new Map());

/** What tiles say, added up by layer; what is no such word is passed over. */
export function addUp(notices: Iterable<Readonly<Record<string, unknown>>>): ReadonlyMap<string, Thinned> {
  const sums = new Map<string, Thinned>();
  for (const { layer, kept, total } of notices) {
    if (typeof layer !== "string" || typeof kept !== "number" || typeof total !== "number") continue;
    const before = sums.get(layer) ?? { kept: 0, total: 0 };
    sums.set(layer, { kept: before.kept + kept, total: before.total + total });
  }
  return sums;
}
