/** What lies under the data instead of our own base map: a pure step from one style to the next. Loaded when chosen. */

import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Fragment } from "../api/basemaps";
import { metaOf } from "./sources";

export interface Ground {
  readonly fragment: Fragment;
  /** Whether our own names stay over it. */
  readonly labels: boolean;
  /** Below it our own base map is shown. */
  readonly minzoom: number;
}

export const NOTHING: Ground = { fragment: { sources: {}, layers: [] }, labels: false, minzoom: 0 };
/** Names over pictures need more of a halo than over our calm ground. */
const HALO_PX = 1.8;

/** The style with this ground. What must never be covered, and all data, stay as they are. */
export function onGround(
  style: StyleSpecification,
  ground: Ground,
  isBase: (layer: string) => boolean,
): StyleSpecification {
  const [first, ...rest] = style.layers.map((layer) => {
    const { layer: owner, always } = metaOf(layer);
    return owner && !always && isBase(owner) ? under(layer, ground) : layer;
  });
  const { sources, layers, ...words } = ground.fragment;
  const own = Object.fromEntries(Object.entries(sources).map(([id, source]) => [id, absolute(source)]));
  return {
    ...style,
    ...words,
    sources: { ...style.sources, ...own },
    layers: [...(first ? [first] : []), ...layers, ...rest],
  } as StyleSpecification;
}

/** One of our own base layers beneath or beside another ground. */
function under(layer: LayerSpecification, ground: Ground): LayerSpecification {
  const role = metaOf(layer).role;
  if (ground.labels && (role === "label" || layer.id.endsWith("-outline")))
    return role === "label" && layer.type === "symbol"
      ? { ...layer, paint: { ...layer.paint, "text-halo-width": HALO_PX } }
      : layer;
  if (ground.minzoom > (layer.minzoom ?? 0))
    return { ...layer, maxzoom: Math.min(layer.maxzoom ?? 24, ground.minzoom) } as LayerSpecification;
  return { ...layer, layout: { ...layer.layout, visibility: "none" } } as LayerSpecification;
}

/** Files of this server are named without it; a worker asks for them, so they need it. */
const whole = (url: string): string =>
  url.replace(/^(pmtiles:\/\/)?\/(?!\/)/, (_, archive: string | undefined) => `${archive ?? ""}${location.origin}/`);

function absolute<Source>(source: Source): Source {
  const named = source as { tiles?: string[]; url?: string; data?: unknown };
  return {
    ...named,
    ...(named.tiles ? { tiles: named.tiles.map(whole) } : {}),
    ...(named.url ? { url: whole(named.url) } : {}),
    ...(typeof named.data === "string" ? { data: whole(named.data) } : {}),
  } as Source;
}

/** A raster layer of the catalog as ground: its own style layers, moved under everything. */
export function imagery(style: StyleSpecification, layer: string): Ground {
  const own = style.layers.filter((one) => metaOf(one).layer === layer);
  const layers = own.map((one) => ({
    ...one,
    id: `base:${one.id}`,
    metadata: { role: "base" },
    layout: { ...one.layout, visibility: "visible" },
  }));
  return { fragment: { sources: {}, layers: layers.slice(0, 1) as LayerSpecification[] }, labels: true, minzoom: 0 };
}
