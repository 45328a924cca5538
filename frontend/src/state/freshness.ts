/** How old a layer's data is, against what its stewards promise. */

import type { Layer } from "../api/types";

export interface Freshness {
  /** Since the last update; null: not known, which is not the same as never. */
  readonly ageS: number | null;
  readonly promisedS: number | null;
  readonly late: boolean;
}

export function freshnessOf(layer: Layer, nowMs: number): Freshness {
  const promisedS = layer.promised_s ?? null;
  const ageS = layer.updated_at ? Math.max(0, (nowMs - Date.parse(layer.updated_at)) / 1000) : null;
  return { ageS, promisedS, late: ageS !== null && promisedS !== null && ageS > promisedS };
}

/** Whether a layer is known to hold nothing at all: no data, which is not the same as none in view. */
export const hasNoData = (layer: Layer): boolean => layer.count === 0;
