/** One restriction by place: the table, its export and the counts read only what meets a drawn area. */

import type { Polygon } from "geojson";
import type { Layer } from "../api/types";
import { cell } from "./cell";
import { countRows } from "./counts";
import { rowsOf } from "./layers";
import { view } from "./store";

export interface Area {
  readonly drawing: string;
  readonly name: string;
  /** The layer whose rows were asked for. */
  readonly layer: string;
  readonly filter: string;
}

export const area = cell<Area | null>(null);

/** The server takes filters of 8,000 characters; the layer's own needs room too. */
const MAX_CHARACTERS = 6_000;
const DECIMALS = 6;
const AT_ONCE = 4;

/** What meets a polygon, in CQL2; null where the polygon has too many points for a filter. */
export function meets({ coordinates }: Polygon): string | null {
  const rings = coordinates.map(
    (ring) =>
      `(${ring.map(([lon = 0, lat = 0]) => `${Number(lon.toFixed(DECIMALS))} ${Number(lat.toFixed(DECIMALS))}`).join(",")})`,
  );
  const text = `S_INTERSECTS(geom, POLYGON(${rings.join(",")}))`;
  return text.length <= MAX_CHARACTERS ? text : null;
}

/** Both conditions as one. */
export const both = (one: string | null, other: string | null): string | null =>
  one && other ? `(${one}) AND ${other}` : (one ?? other);

/** A layer's own filter, within the area if one is set. */
export const withinArea = (filter: string | null): string | null => both(filter, area.get()?.filter ?? null);

/** Layers that have rows to count. */
export const countable = (layers: readonly Layer[]): Layer[] =>
  layers.filter((layer) => layer.kind === "vector" || layer.kind === "computed");

/** How many features of each layer meet the filter, under the layer's own filter and time; told one by one. */
export async function countWithin(
  filter: string,
  layers: readonly Layer[],
  tell: (layer: string, count: number | null | "failed") => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...layers];
  const work = async (): Promise<void> => {
    for (let layer = waiting.shift(); layer && !signal.aborted; layer = waiting.shift()) {
      const rows = rowsOf(view.get(), layer);
      const found = await countRows(layer, { ...rows, filter: both(rows.filter, filter) }, signal);
      if (!signal.aborted) tell(layer.id, found ? found.total : "failed");
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
