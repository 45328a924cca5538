/** What the map draws, one feature after another: for the keyboard, and for saying the view in words. */

import type { LayerSpecification, Map as MapLibre, MapGeoJSONFeature } from "maplibre-gl";
import type { LonLat } from "../api/types";
import { t } from "../state/language";
import { layerOf, shownLayers } from "../state/layers";
import { catalog, view } from "../state/store";
import { drawing, startWalk, stopWalk, walk, walkedTo, wayTo, type Step } from "../state/walk";
import type { Marks } from "./marks";
import { distinct, titleOf } from "./pick";
import { metaOf } from "./sources";

const MAX_STEPS = 100;

/** A point of the feature on screen; of a shape, the middle of its visible box. */
function placeOf({ geometry }: MapGeoJSONFeature): LonLat | null {
  if (geometry.type === "GeometryCollection") return null;
  const flat = (geometry.coordinates as unknown[]).flat(Infinity) as number[];
  const lons = flat.filter((_, index) => index % 2 === 0);
  const lats = flat.filter((_, index) => index % 2 === 1);
  const middle = (values: number[]): number =>
    (values.reduce((a, b) => Math.min(a, b), Infinity) + values.reduce((a, b) => Math.max(a, b), -Infinity)) / 2;
  return lons.length ? [middle(lons), middle(lats)] : null;
}

export function bindWalk(map: MapLibre, marks: Marks, layers: () => readonly LayerSpecification[]): () => void {
  const idsOf = (wanted: (layer: string) => boolean): string[] =>
    layers().flatMap((layer) =>
      layer.layout?.visibility !== "none" && wanted(metaOf(layer).layer ?? "") ? [layer.id] : [],
    );
  const steps = (): readonly Step[] => {
    const data = new Set(shownLayers(view.get(), catalog.get()).map((layer) => layer.id));
    const ids = idsOf((id) => data.has(id));
    const { lng, lat } = map.getCenter();
    const bounds = map.getBounds();
    const found = ids.length ? distinct(map.queryRenderedFeatures({ layers: ids })) : [];
    return found
      .flatMap(({ feature, address }): Step[] => {
        const lonlat = placeOf(feature);
        const title = titleOf(feature, layerOf(catalog.get(), address.layer));
        // A badge may reach into the view while its point lies outside: the counts do not count it either.
        const outside = lonlat && feature.geometry.type === "Point" && !bounds.contains([...lonlat]);
        return lonlat && !outside ? [{ feature: address, title, lonlat, ...wayTo([lng, lat], lonlat) }] : [];
      })
      .sort((a, b) => a.metres - b.metres)
      .slice(0, MAX_STEPS);
  };
  const ground = (): readonly string[] => {
    const ids = idsOf((id) => layerOf(catalog.get(), id)?.base === true);
    const found = ids.length ? distinct(map.queryRenderedFeatures(map.project(map.getCenter()), { layers: ids })) : [];
    const names = found.flatMap(({ feature, address }) => {
      const title = layerOf(catalog.get(), address.layer)?.title_attribute;
      const name: unknown = title ? feature.properties[title] : null;
      return /Polygon/.test(feature.geometry.type) && typeof name === "string" ? [name] : [];
    });
    return [...new Set(names)];
  };
  const canvas = map.getCanvas();
  const key = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" && event.key.toLowerCase() !== "n") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    startWalk();
  };
  const again = (): void => {
    if (walk.get()) walk.set(steps());
  };
  drawing.set({ steps, ground });
  canvas.addEventListener("keydown", key);
  map.on("idle", again);
  const stops = [
    walkedTo.subscribe((feature) => marks.setHovered(feature)),
    t.subscribe((words) => canvas.setAttribute("aria-label", words("map.keys"))),
  ];
  return () => {
    stops.forEach((stop) => stop());
    stopWalk();
    drawing.set(null);
    canvas.removeEventListener("keydown", key);
    map.off("idle", again);
  };
}
