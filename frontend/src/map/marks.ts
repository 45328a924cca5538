/** Which features are marked on the map as selected or under the pointer: feature states that survive new tiles. */

import type { Map as MapLibre } from "maplibre-gl";
import type { FeatureAddress } from "../api/layers";
import { sameFeature, type FeatureList } from "../state/store";

/** Where a layer's features live in the style: tiles name their layer within the source, streams do not. */
export const placeIn = (map: MapLibre, layer: string): { source: string; sourceLayer?: string } =>
  map.getSource(layer)?.type === "vector" ? { source: layer, sourceLayer: layer } : { source: layer };

export interface Marks {
  readonly setSelected: (feature: FeatureAddress | null) => void;
  readonly setListed: (list: FeatureList | null) => void;
  readonly setHovered: (feature: FeatureAddress | null) => void;
  /** States of a source were swept or the source is new: mark again. */
  readonly restore: () => void;
}

/** `onTouch` hears of every layer that needs highlight layers. */
export function createMarks(map: MapLibre, onTouch: (layer: string) => void): Marks {
  const marked: Record<"_selected" | "_hovered", FeatureAddress | null> = { _selected: null, _hovered: null };

  let listed: FeatureList | null = null;
  const write = (feature: FeatureAddress | null, name: keyof typeof marked | "_listed", value: boolean): void => {
    const id = Number(feature?.id);
    // Cells have no id, and a source may have left with its layer.
    if (!feature || feature.cell || !Number.isSafeInteger(id) || !map.getSource(feature.layer)) return;
    map.setFeatureState({ ...placeIn(map, feature.layer), id }, { [name]: value });
  };
  const set = (name: keyof typeof marked, feature: FeatureAddress | null): void => {
    if (sameFeature(marked[name], feature)) return;
    write(marked[name], name, false);
    marked[name] = feature;
    if (feature && !feature.cell) onTouch(feature.layer);
    write(feature, name, true);
  };
  const writeList = (value: boolean): void => {
    for (const id of listed?.ids ?? []) {
      write({ layer: listed?.layer ?? "", id: String(id), cell: false }, "_listed", value);
    }
  };
  const setListed = (list: FeatureList | null): void => {
    if (listed === list) return;
    writeList(false);
    listed = list;
    if (list) onTouch(list.layer);
    writeList(true);
  };
  return {
    setListed,
    setSelected: (feature) => set("_selected", feature),
    setHovered: (feature) => set("_hovered", feature),
    restore: () => {
      for (const name of ["_selected", "_hovered"] as const) write(marked[name], name, true);
      writeList(true);
    },
  };
}
