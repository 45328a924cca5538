/** Numbers of a layer, from the one place that counts. */

import { ApiError } from "../api/client";
import { fetchCounts } from "../api/layers";
import type { Bbox, Counts, Layer } from "../api/types";

/** Rows by an attribute's values, or only their total; null when the server cannot say. */
export async function countRows(
  layer: Layer,
  query: { by?: string; filter?: string | null; at?: string | null; bbox?: Bbox | null },
  signal: AbortSignal,
): Promise<Counts | null> {
  try {
    return await fetchCounts(layer.id, query, signal);
  } catch (error) {
    if (signal.aborted || error instanceof ApiError) return null;
    throw error;
  }
}
