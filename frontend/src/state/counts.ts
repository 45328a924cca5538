/** Numbers of a layer, from the one place that counts. */

import { ApiError } from "../api/client";
import { fetchCounts, type CountQuery } from "../api/layers";
import type { Bbox, Counts, Layer, LegendEntry } from "../api/types";

/** Rows by an attribute's values or by a style's legend, or only their total; null when the server cannot say. */
export async function countRows(layer: Layer, query: CountQuery, signal: AbortSignal): Promise<Counts | null> {
  try {
    return await fetchCounts(layer.id, query, signal);
  } catch (error) {
    if (signal.aborted || error instanceof ApiError) return null;
    throw error;
  }
}

/** The box to count in: none where all of the layer is on screen, which the server counts soonest. */
export const countedBox = (layer: Layer, frame: Bbox): Bbox | null =>
  layer.bounds && holds(frame, layer.bounds) ? null : frame;

const holds = (outer: Bbox, inner: Bbox): boolean =>
  outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];

/** How many a legend's entry stands for; null where the server does not tell. */
export function countOf(entry: LegendEntry, counts: Counts): number | null {
  const value = entry.value ?? entry.from;
  if (value === undefined || value === null) return counts.by === null ? (counts.total ?? null) : null;
  const group = counts.groups.find((one) => one.value === value);
  return group ? group.count : counts.truncated ? null : 0;
}

/** How many are drawn in the grey of no data. */
export const withoutData = (counts: Counts): number =>
  counts.by === null ? 0 : (counts.groups.find((group) => group.value === null)?.count ?? 0);
