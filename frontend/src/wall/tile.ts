/** What a tile's link names, and how old and from where that is. */

import type { Catalog, Layer } from "../api/types";
import type { WallScene, WallTile } from "../api/wall";
import { shownLayers } from "../state/layers";
import type { Camera, View } from "../state/store";
import { parseCamera, parseView } from "../state/url";

export interface Sight {
  readonly view: View;
  readonly camera: Camera | null;
}

export function sightOf(tile: WallTile): Sight {
  const [search = "", hash = ""] = tile.link.split("#");
  return { view: parseView(search), camera: parseCamera(`#${hash}`) };
}

/** The layers a tile is about: the feature's own, or all that its view draws. */
export function layersOf(tile: WallTile, known: Catalog | null): readonly Layer[] {
  const { view } = sightOf(tile);
  if (tile.kind === "map" || tile.kind === "numbers") return shownLayers(view, known);
  return known?.layers.filter((layer) => layer.id === view.selection?.layer) ?? [];
}

export const layersOfScenes = (scenes: readonly WallScene[], known: Catalog | null): readonly Layer[] =>
  [
    ...new Map(scenes.flatMap((scene) => scene.tiles.flatMap((tile) => layersOf(tile, known))).map((l) => [l.id, l])),
  ].map(([, layer]) => layer);

/** The oldest of its layers says how old a tile is; null where one of them does not say. */
export function updatedOf(layers: readonly Layer[]): string | null {
  const times = layers.map((layer) => layer.updated_at ?? null);
  return times.includes(null) ? null : (times.sort()[0] ?? null);
}
