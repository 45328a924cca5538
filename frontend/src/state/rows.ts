/** Features of a layer as rows: a page at a time. */

import { ApiError } from "../api/client";
import { exportAddress, fetchFeatures, type FileFormat, type RowQuery } from "../api/layers";
import type { Bbox, FeaturePage, Layer } from "../api/types";
import { area, withinArea } from "./area";
import { countedBox } from "./counts";
import { rowsOf } from "./layers";
import { language, view } from "./store";

export const PAGE = 100;
/** Most rows of a file; the server refuses more, so they are not offered. */
export const MOST_OF_FILE = 100_000;

function queryOf(layer: Layer, bbox: Bbox | null, sort: string | null): RowQuery {
  const { filter, at } = rowsOf(view.get(), layer);
  // A drawn area is the frame itself, wherever the map looks.
  return { filter: withinArea(filter), at, bbox: area.get() ? null : bbox, sort, lang: language.get() };
}

/** What the counts of the same rows are asked with. */
export function countedRows(layer: Layer, bbox: Bbox): { filter: string | null; at: string | null; bbox: Bbox | null } {
  const { filter, at } = queryOf(layer, bbox, null);
  return { filter: filter ?? null, at: at ?? null, bbox: area.get() ? null : countedBox(layer, bbox) };
}

/** One page of what lies in `bbox`; null when a newer question replaced this one. */
export async function readRows(
  layer: Layer,
  query: { bbox: Bbox | null; sort: string | null; cursor: string | null },
  signal: AbortSignal,
): Promise<FeaturePage | ApiError | null> {
  try {
    const rows = { ...queryOf(layer, query.bbox, query.sort), limit: PAGE, cursor: query.cursor };
    return await fetchFeatures(layer.id, rows, signal);
  } catch (error) {
    if (signal.aborted) return null;
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** Address of all the same rows as a file. */
export const exportOf = (layer: Layer, bbox: Bbox | null, format: FileFormat): string =>
  exportAddress(layer.id, queryOf(layer, bbox, null), format);
