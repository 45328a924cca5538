/** Opening, closing and following features. */

import type { FeatureAddress } from "../api/layers";
import type { Bbox, LonLat } from "../api/types";
import { showLayer } from "./layers";
import { cameraWish, candidates, sameFeature, view } from "./store";

export const featureOf = (layer: string, id: number | string): FeatureAddress => ({
  layer,
  id: String(id),
  cell: false,
});

export function select(feature: FeatureAddress | null): void {
  candidates.set(null);
  view.update((now) => (sameFeature(now.selection, feature) ? now : { ...now, selection: feature }));
}

/** Open a feature found elsewhere than on the map: switch its layer on, open it, go there. */
export function openFeature(feature: FeatureAddress, place?: { lonlat?: LonLat | null; bbox?: Bbox | null }): void {
  showLayer(feature.layer);
  select(feature);
  goTo(place);
}

const hasExtent = (bbox: Bbox): boolean => bbox[2] - bbox[0] > 1e-6 || bbox[3] - bbox[1] > 1e-6;

export function goTo(place?: { lonlat?: LonLat | null; bbox?: Bbox | null }): void {
  if (place?.bbox && hasExtent(place.bbox)) cameraWish.set({ kind: "box", bbox: place.bbox });
  else if (place?.lonlat) cameraWish.set({ kind: "point", lonlat: place.lonlat });
}
