/** Which layers are on, in which order and how: pure steps from one view to the next. */

import type { Catalog, Layer } from "../api/types";
import { toCql2, type LayerFilter } from "./filter";
import { catalog, view, type View } from "./store";

const byOrder = (a: Layer, b: Layer): number => (b.order ?? 0) - (a.order ?? 0);

/** Data layers switched on, top first. */
export function shownLayers(now: View, known: Catalog | null): Layer[] {
  if (!known) return [];
  const data = known.layers.filter((layer) => !layer.base);
  if (now.layers === null) return data.filter((layer) => layer.visible).sort(byOrder);
  const byId = new Map(data.map((layer) => [layer.id, layer]));
  return now.layers.flatMap((id) => byId.get(id) ?? []);
}

export function isShown(now: View, layer: Layer): boolean {
  if (layer.base) return layer.visible !== false && !now.hidden.includes(layer.id);
  return now.layers === null ? layer.visible === true : now.layers.includes(layer.id);
}

/** Every layer drawn now, base map included. */
export const drawnLayers = (now: View, known: Catalog | null): Layer[] =>
  known ? known.layers.filter((layer) => isShown(now, layer)) : [];

/** The layer's style in use. */
export const styleOf = (now: View, layer: Layer): string | null =>
  layer.styles.find((style) => style.name === now.styles[layer.id])?.name ?? layer.styles[0]?.name ?? null;

export function withToggled(now: View, known: Catalog, layer: Layer): View {
  if (layer.base) {
    const hidden = now.hidden.includes(layer.id)
      ? now.hidden.filter((id) => id !== layer.id)
      : [...now.hidden, layer.id];
    return { ...now, hidden };
  }
  const shown = shownLayers(now, known);
  if (shown.some((other) => other.id === layer.id)) {
    const layers = shown.filter((other) => other.id !== layer.id).map((other) => other.id);
    const selection = now.selection?.layer === layer.id ? null : now.selection;
    return { ...now, layers, selection };
  }
  return { ...now, layers: inserted(shown, layer) };
}

/** A layer switched on goes above those the catalog draws below it. */
function inserted(shown: readonly Layer[], layer: Layer): string[] {
  const ids = shown.map((other) => other.id);
  const place = shown.findIndex((other) => (other.order ?? 0) <= (layer.order ?? 0));
  ids.splice(place < 0 ? ids.length : place, 0, layer.id);
  return ids;
}

/** Move a layer one step up (`-1`, nearer to the eye) or down (`1`). */
export function withMoved(now: View, known: Catalog, id: string, step: -1 | 1): View {
  return withPlaced(now, known, id, shownLayers(now, known).findIndex((layer) => layer.id === id) + step);
}

/** Move a layer to a place in the order, counted from the top; nothing changes where there is no such place. */
export function withPlaced(now: View, known: Catalog, id: string, to: number): View {
  const layers = shownLayers(now, known).map((layer) => layer.id);
  const from = layers.indexOf(id);
  if (from < 0 || to < 0 || to >= layers.length || to === from) return now;
  layers.splice(to, 0, ...layers.splice(from, 1));
  return { ...now, layers };
}

/** A new catalog arrived: layers it proposes and did not hold before are switched on, as in a fresh view. */
export function withCatalog(now: View, before: Catalog | null, after: Catalog): View {
  if (now.layers === null || before === null) return now;
  const known = new Set(before.layers.map((layer) => layer.id));
  const fresh = after.layers.filter((layer) => !layer.base && layer.visible && !known.has(layer.id));
  return fresh.reduce((view, layer) => withToggled(view, after, layer), now);
}

export const toggleLayer = (layer: Layer): void => {
  const known = catalog.get();
  if (known) view.update((now) => withToggled(now, known, layer));
};

/** Switch a layer on if it is off, so that what was found or linked can be seen. */
export const showLayer = (id: string): void => {
  const layer = catalog.get()?.layers.find((known) => known.id === id);
  if (layer && !isShown(view.get(), layer)) toggleLayer(layer);
};

export const moveLayer = (id: string, step: -1 | 1): void => {
  const known = catalog.get();
  if (known) view.update((now) => withMoved(now, known, id, step));
};

export const placeLayer = (id: string, to: number): void => {
  const known = catalog.get();
  if (known) view.update((now) => withPlaced(now, known, id, to));
};

export const setStyle = (id: string, name: string): void =>
  view.update((now) => ({ ...now, styles: { ...now.styles, [id]: name } }));

export const setOpacity = (id: string, value: number): void =>
  view.update((now) => ({ ...now, opacity: { ...now.opacity, [id]: value } }));

export function setFilter(id: string, filter: LayerFilter): void {
  view.update((now) => {
    const filters = { ...now.filters };
    if (toCql2(filter) === null) Reflect.deleteProperty(filters, id);
    else filters[id] = filter;
    return { ...now, filters };
  });
}

export const layerOf = (known: Catalog | null, id: string): Layer | null =>
  known?.layers.find((layer) => layer.id === id) ?? null;

/** Filter and time of a layer as its requests carry them. */
export function rowsOf(now: View, layer: Layer): { filter: string | null; at: string | null } {
  return { filter: toCql2(now.filters[layer.id]), at: layer.time ? now.at : null };
}
