/** A tile too full to be drawn whole says so in a source layer of its own; read whenever the map has come to rest. */

import type { Map as MapLibre } from "maplibre-gl";
import { drawnLayers } from "../state/layers";
import { catalog, view } from "../state/store";
import { addUp, thinned } from "../state/thinned";

/** Named in the layer's TileJSON; one feature with `layer`, `kept` and `total`. */
const sourceLayerOf = (layer: string): string => `_thinned_${layer}`;

export function bindThinned(map: MapLibre): () => void {
  let told = "";
  const look = (): void => {
    const said = addUp(notices(map));
    const key = JSON.stringify([...said]);
    if (key === told) return;
    told = key;
    thinned.set(said);
  };
  map.on("idle", look);
  return () => map.off("idle", look);
}

/** Of the tiles on screen; a layer switched off says nothing. */
function notices(map: MapLibre): Record<string, unknown>[] {
  return drawnLayers(view.get(), catalog.get())
    .filter(({ id }) => map.getSource(id)?.type === "vector")
    .flatMap(({ id }) => map.querySourceFeatures(id, { sourceLayer: sourceLayerOf(id) }))
    .map(({ properties }) => properties as Record<string, unknown>);
}
