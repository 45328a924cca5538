/** The server's style and the view become the style on screen: one pure function, applied by difference. */

import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { address } from "../api/client";
import type { Catalog, Layer } from "../api/types";
import { isShown, rowsOf, shownLayers, styleOf } from "../state/layers";
import type { View } from "../state/store";
import { highlightLayers, type HighlightColors } from "./highlight";
import { withMoving } from "./moving";
import { withOpacity } from "./opacity";

export interface StyleMeta {
  readonly layer?: string;
  readonly style?: string | null;
  readonly role?: string;
  /** Never covered, whatever lies below. */
  readonly always?: boolean;
  /** The second sign of areas coloured by category. */
  readonly pattern?: boolean;
}

export const metaOf = (layer: { metadata?: unknown }): StyleMeta => (layer.metadata ?? {}) as StyleMeta;

export interface Ingredients {
  readonly server: StyleSpecification;
  readonly catalog: Catalog;
  readonly view: View;
  /** Layers that have had a hovered or selected feature: only they carry highlight layers. */
  readonly touched: ReadonlySet<string>;
  readonly patterns: boolean;
  readonly colors: HighlightColors;
  readonly fonts: NonNullable<StyleSpecification["font-faces"]>;
  readonly origin: string;
}

export function composeStyle(parts: Ingredients): StyleSpecification {
  const { catalog, view } = parts;
  const server = withMoving(parts.server, catalog, view, parts.colors.inner);
  const known = new Map(catalog.layers.map((layer) => [layer.id, layer]));
  const drawn = server.layers.map((layer) => dressed(layer, known, parts));
  return {
    ...server,
    "font-faces": { ...server["font-faces"], ...parts.fonts },
    sources: Object.fromEntries(
      Object.entries(server.sources).map(([id, source]) => [id, sourceFor(source, known.get(id), view, parts.origin)]),
    ),
    layers: withHighlights(inOrder(drawn, catalog, view), parts.touched, parts.colors, server, known),
  };
}

/** Tile addresses carry the layer's filter and time, and are absolute because a worker asks for them. */
export function tileAddresses(
  tiles: readonly string[],
  layer: Layer | undefined,
  view: View,
  origin: string,
): string[] {
  const rows = layer ? rowsOf(view, layer) : {};
  return tiles.map((path) => {
    const full = address(path, rows);
    return full.startsWith("/") ? origin + full : full;
  });
}

function sourceFor(
  source: SourceSpecification,
  layer: Layer | undefined,
  view: View,
  origin: string,
): SourceSpecification {
  if (!("tiles" in source) || !source.tiles) return source;
  return { ...source, tiles: tileAddresses(source.tiles, layer, view, origin) } as SourceSpecification;
}

function dressed(
  layer: LayerSpecification,
  known: ReadonlyMap<string, Layer>,
  { view, patterns }: Ingredients,
): LayerSpecification {
  const meta = metaOf(layer);
  const owner = meta.layer ? known.get(meta.layer) : undefined;
  if (!owner) return layer;
  const chosen = !meta.style || meta.style === styleOf(view, owner);
  const visibility = isShown(view, owner) && chosen && (patterns || !meta.pattern) ? "visible" : "none";
  const shown = { ...layer, layout: { ...(layer.layout ?? {}), visibility } } as LayerSpecification;
  return withOpacity(shown, view.opacity[owner.id] ?? 1);
}

/** Data layers in the user's order, in the places the server gave to data layers; labels likewise among labels. */
function inOrder(layers: readonly LayerSpecification[], catalog: Catalog, view: View): LayerSpecification[] {
  const bottomFirst = shownLayers(view, catalog)
    .map((layer) => layer.id)
    .reverse();
  const rank = new Map(bottomFirst.map((id, index) => [id, index]));
  const rankOf = (layer: LayerSpecification): number => rank.get(metaOf(layer).layer ?? "") ?? 0;
  const sorted = (movable: (layer: LayerSpecification) => boolean): Iterator<LayerSpecification> =>
    layers
      .filter(movable)
      .sort((a, b) => rankOf(a) - rankOf(b))
      .values();
  const isData = (layer: LayerSpecification): boolean => rank.has(metaOf(layer).layer ?? "");
  const isLabel = (layer: LayerSpecification): boolean => isData(layer) && metaOf(layer).role === "label";
  const isShape = (layer: LayerSpecification): boolean => isData(layer) && metaOf(layer).role !== "label";
  const labels = sorted(isLabel);
  const shapes = sorted(isShape);
  return layers.map((layer) => {
    const next = isLabel(layer) ? labels.next() : isShape(layer) ? shapes.next() : null;
    return next && !next.done ? next.value : layer;
  });
}

/** Hover and selection: a ring under points, an outline over areas and lines. */
function withHighlights(
  layers: readonly LayerSpecification[],
  touched: ReadonlySet<string>,
  colors: HighlightColors,
  server: StyleSpecification,
  known: ReadonlyMap<string, Layer>,
): LayerSpecification[] {
  const result = [...layers];
  for (const id of touched) {
    const owner = known.get(id);
    if (!owner || !(id in server.sources)) continue;
    const own = result.flatMap((layer, index) =>
      metaOf(layer).layer === id && metaOf(layer).role !== "label" ? [index] : [],
    );
    const first = own[0];
    const last = own.at(-1);
    if (first === undefined || last === undefined) continue;
    const { under, over } = highlightLayers(owner, colors);
    result.splice(last + 1, 0, ...over);
    result.splice(first, 0, ...under);
  }
  return result;
}
