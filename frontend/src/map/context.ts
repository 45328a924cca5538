/** The graphics card may take its context away, as after sleep or in a crowded browser, and give it back later. */

import type { Map as MapLibre } from "maplibre-gl";
import { mapPaused } from "../state/connection";

/** `restore` puts back what MapLibre does not keep: the states of features. */
export function bindContext(map: MapLibre, restore: () => void): () => void {
  const lost = (): void => mapPaused.set(true);
  const restored = (): void => {
    mapPaused.set(false);
    map.once("style.load", restore);
  };
  map.on("webglcontextlost", lost);
  map.on("webglcontextrestored", restored);
  return () => {
    map.off("webglcontextlost", lost);
    map.off("webglcontextrestored", restored);
    mapPaused.set(false);
  };
}
