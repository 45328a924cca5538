/** From the pointer to features: hover, click, and the choice among several. */

import type { LayerSpecification, Map as MapLibre, MapGeoJSONFeature, MapMouseEvent, PointLike } from "maplibre-gl";
import type { FeatureAddress } from "../api/layers";
import type { Layer, LonLat } from "../api/types";
import type { Readable } from "../state/cell";
import { layerOf, shownLayers } from "../state/layers";
import { select } from "../state/selection";
import { isDrawing } from "../state/tools";
import {
  candidates,
  catalog,
  featureKey,
  language,
  placePicker,
  pointer,
  tip,
  view,
  type Candidate,
  type Spot,
  type View,
} from "../state/store";
import type { Marks } from "./marks";
import { metaOf } from "./sources";

const REACH_PX = { mouse: 4, touch: 14 };
const MAX_CANDIDATES = 20;

/** The address of a drawn feature; null for what cannot be opened. */
export function addressOf(feature: Pick<MapGeoJSONFeature, "id" | "properties" | "layer">): FeatureAddress | null {
  const { layer, role } = metaOf(feature.layer);
  if (!layer || role === "highlight") return null;
  const cell: unknown = feature.properties._cell;
  if (typeof cell === "string") return { layer, id: cell, cell: true };
  return feature.id === undefined ? null : { layer, id: String(feature.id), cell: false };
}

/** Each feature once, though tile edges and several style layers return it more often; top first. */
export function distinct(
  features: readonly MapGeoJSONFeature[],
): { feature: MapGeoJSONFeature; address: FeatureAddress }[] {
  const seen = new Set<string>();
  return features.flatMap((feature) => {
    const address = addressOf(feature);
    if (!address || seen.has(featureKey(address))) return [];
    seen.add(featureKey(address));
    return [{ feature, address }];
  });
}

export function titleOf(feature: MapGeoJSONFeature, layer: Layer | null): string {
  const named: unknown = layer?.title_attribute ? feature.properties[layer.title_attribute] : null;
  const count: unknown = feature.properties._count;
  const kind = layer?.title[language.get()] ?? "";
  if (typeof count === "number") return `${kind}: ${count}`;
  return typeof named === "string" && named ? named : `${kind} ${feature.id}`;
}

/** Points stand before lines and lines before areas: whoever presses a badge does not mean the ground under it. */
export function finest<Hit extends { readonly feature: Pick<MapGeoJSONFeature, "geometry"> }>(
  hits: readonly Hit[],
): Hit[] {
  for (const kind of [/Point/, /Line/]) {
    const those = hits.filter(({ feature }) => kind.test(feature.geometry.type));
    if (those.length) return those;
  }
  return [...hits];
}

const isArea = (feature: Pick<MapGeoJSONFeature, "geometry">): boolean => /Polygon/.test(feature.geometry.type);

type Area = PointLike | [PointLike, PointLike];

/** What may be asked of the drawing. */
interface Drawing {
  readonly map: MapLibre;
  /** The style on screen, in drawing order. */
  readonly layers: () => readonly LayerSpecification[];
  readonly view: Readable<View>;
}

function query({ map, layers }: Drawing, at: Area, wanted: (layer: string) => boolean): ReturnType<typeof distinct> {
  const ids = layers().flatMap((layer) =>
    layer.layout?.visibility !== "none" && wanted(metaOf(layer).layer ?? "") ? [layer.id] : [],
  );
  return ids.length ? distinct(map.queryRenderedFeatures(at, { layers: ids })) : [];
}

function dataUnder(drawing: Drawing, at: Area): ReturnType<typeof distinct> {
  const data = new Set(shownLayers(drawing.view.get(), catalog.get()).map((layer) => layer.id));
  return finest(query(drawing, at, (id) => data.has(id)));
}

/** The ground: the topmost area or point of the base map, never its lines. */
function baseUnder(drawing: Drawing, at: Area): ReturnType<typeof distinct> {
  const found = query(drawing, at, (id) => layerOf(catalog.get(), id)?.base === true);
  return found.filter(({ feature }) => !/Line/.test(feature.geometry.type)).slice(0, 1);
}

/** Whose features are pressed: the page's own view, or the far side of a comparison, which opens them in its time. */
export interface Picked {
  readonly view: Readable<View>;
  readonly opened: (feature: FeatureAddress | null) => FeatureAddress | null;
  /** Whether somebody else answers a click. */
  readonly claims: (event: MapMouseEvent) => boolean;
}

const HERE: Omit<Picked, "claims"> = { view, opened: (feature) => feature };

export function bindPick(
  map: MapLibre,
  marks: Marks,
  layers: Drawing["layers"],
  given: Partial<Picked> & Pick<Picked, "claims">,
): () => void {
  const of: Picked = { ...HERE, ...given };
  const drawing: Drawing = { map, layers, view: of.view };
  const box = ({ x, y }: { x: number; y: number }, reach: number): [PointLike, PointLike] => [
    [x - reach, y - reach],
    [x + reach, y + reach],
  ];
  const reachOf = (event: MapMouseEvent): number =>
    event.originalEvent instanceof PointerEvent && event.originalEvent.pointerType === "touch"
      ? REACH_PX.touch
      : REACH_PX.mouse;

  const click = (event: MapMouseEvent): void => {
    if (of.claims(event)) return;
    const lonlat: LonLat = [event.lngLat.lng, event.lngLat.lat];
    const waiting = placePicker.get();
    if (waiting) {
      placePicker.set(null);
      waiting(lonlat);
      return;
    }
    // A finger seldom meets a badge's middle, but an area is meant only where it is pressed.
    const near = dataUnder(drawing, box(event.point, reachOf(event)));
    const data = near.some(({ feature }) => isArea(feature)) ? dataUnder(drawing, event.point) : near;
    if (data.length > 1) {
      const list = data.slice(0, MAX_CANDIDATES).map((hit) => candidateOf(hit, lonlat));
      candidates.set({
        at: spotOf(event),
        list: list.map((one) => ({ ...one, feature: of.opened(one.feature) ?? one.feature })),
      });
      return;
    }
    // A click on bare ground closes what is open first; the next one opens the place itself.
    const open = view.get().selection !== null || candidates.get() !== null;
    const ground = data.length || open ? null : (baseUnder(drawing, event.point)[0]?.address ?? null);
    select(of.opened(data[0]?.address ?? ground));
  };

  let waiting = 0;
  const move = (event: MapMouseEvent): void => {
    pointer.set([event.lngLat.lng, event.lngLat.lat]);
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => hover(event));
  };
  const hover = (event: MapMouseEvent): void => {
    if (map.isMoving()) return tip.set(null);
    if (isDrawing.get()) {
      marks.setHovered(null);
      return tip.set(null);
    }
    const first = dataUnder(drawing, event.point)[0];
    marks.setHovered(first?.address ?? null);
    // An area's name would follow the pointer everywhere; it stands on the map already.
    const named =
      first && !isArea(first.feature) ? titleOf(first.feature, layerOf(catalog.get(), first.address.layer)) : null;
    tip.set(named ? { at: spotOf(event), text: named } : null);
    map.getCanvas().style.cursor = placePicker.get() ? "crosshair" : first ? "pointer" : "";
  };
  const leave = (): void => {
    cancelAnimationFrame(waiting);
    pointer.set(null);
    tip.set(null);
    marks.setHovered(null);
  };
  map.on("click", click);
  map.on("mousemove", move);
  map.on("mouseout", leave);
  const stop = view.subscribe((now) => marks.setSelected(now.selection));
  return () => {
    stop();
    cancelAnimationFrame(waiting);
    map.off("click", click);
    map.off("mousemove", move);
    map.off("mouseout", leave);
  };
}

const spotOf = ({ originalEvent }: MapMouseEvent): Spot => ({ x: originalEvent.clientX, y: originalEvent.clientY });

function candidateOf(hit: { feature: MapGeoJSONFeature; address: FeatureAddress }, lonlat: LonLat): Candidate {
  return { feature: hit.address, title: titleOf(hit.feature, layerOf(catalog.get(), hit.address.layer)), lonlat };
}
