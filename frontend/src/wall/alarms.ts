/** The alarms that stand, of every layer that has them; asked anew when one of these changes. */

import { fetchFeatures } from "../api/layers";
import type { Catalog, Layer } from "../api/types";
import { cell } from "../state/cell";
import { lastChange } from "../state/store";
import type { Alarm } from "./news";
import { round } from "./pulse";

const MOST = 20;
const GATHER_MS = 300;

/** Newest first, at most so many a layer. */
export const alarms = cell<readonly Alarm[]>([]);

export const alarmingOf = (known: Catalog | null): readonly Layer[] =>
  known?.layers.filter((layer) => layer.alarms) ?? [];

/** Follow these layers. What was known stays while the server is out of reach. Returns the way to stop. */
export function followAlarms(layers: readonly Layer[]): () => void {
  const abort = new AbortController();
  const found = new Map<string, readonly Alarm[]>();
  let due: ReturnType<typeof setTimeout> | undefined;
  const ask = async (layer: Layer): Promise<void> => {
    try {
      const raised = await raisedOf(layer, abort.signal);
      found.set(layer.id, raised);
      alarms.set([...found.values()].flat());
    } catch {
      return; // The wall says by itself that the server is away, and asks again when it is back.
    }
  };
  const all = (): void => layers.forEach((layer) => void ask(layer));
  const stops = [
    round.subscribe(all),
    lastChange.subscribe((change) => {
      if (!layers.some((layer) => layer.id === change?.layer)) return;
      clearTimeout(due);
      due = setTimeout(all, GATHER_MS);
    }),
  ];
  if (!layers.length) alarms.set([]);
  return () => {
    stops.forEach((stop) => stop());
    clearTimeout(due);
    abort.abort();
  };
}

async function raisedOf(layer: Layer, signal: AbortSignal): Promise<readonly Alarm[]> {
  if (!layer.alarms) return [];
  const { since, when } = layer.alarms;
  const page = await fetchFeatures(layer.id, { filter: when, sort: `-${since}`, limit: MOST }, signal);
  return page.features.map(({ id, properties }) => ({
    layer: layer.id,
    id: String(id),
    title: layer.title,
    name: String(properties[layer.title_attribute ?? ""] ?? id),
    atMs: Date.parse(String(properties[since])),
  }));
}
