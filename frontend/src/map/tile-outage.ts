/** Tiles the server could not give just now: said in a banner, asked again until they come. */

import type { Map as MapLibre } from "maplibre-gl";
import { brokenLayers, retryTiles } from "../state/connection";
import { checkSession } from "../state/session";
import { tileOutage } from "../state/store";
import { tileOf, type TileBook } from "./live";
import { refreshStale } from "./refresh";

const RETRY_MS = 3_000;

export interface TileOutage {
  /** Whether the error was such a passing one, and is taken care of. */
  readonly failed: (error: { readonly message: string }) => boolean;
  readonly close: () => void;
}

export function bindTileOutage(map: MapLibre, book: TileBook): TileOutage {
  const failing = new Set<string>();
  let due: ReturnType<typeof setTimeout> | undefined;

  const broken = new Set<string>();
  const retryBroken = (): void => {
    broken.forEach((url) => book.failed(url));
    broken.clear();
    brokenLayers.set(new Set());
    refreshStale(map, book);
    map.triggerRepaint();
  };
  retryTiles.set(retryBroken);

  const settle = (): void => tileOutage.set(new Set([...failing].flatMap((url) => tileOf(url)?.layer ?? [])));
  const retry = (): void => {
    due = undefined;
    const urls = [...failing];
    failing.clear();
    urls.forEach((url) => book.failed(url));
    map.once("idle", settle);
    refreshStale(map, book);
    map.triggerRepaint();
  };
  return {
    failed(error) {
      const { status, url } = error as { status?: number; url?: string };
      const passing = status !== undefined && (status === 0 || status === 429 || status >= 502);
      if (!passing || !url) {
        // A fault that will not pass by itself: the person is told which layer it is, and may ask again.
        const layer = url && tileOf(url)?.layer;
        if (layer) {
          // Rights may have gone with the session: once a layer, that is asked.
          if (status !== undefined && status < 500 && !brokenLayers.get().has(layer)) void checkSession();
          broken.add(url);
          brokenLayers.update((known) => new Set([...known, layer]));
        }
        return false;
      }
      failing.add(url);
      settle();
      due ??= setTimeout(retry, RETRY_MS);
      return true;
    },
    close: () => clearTimeout(due),
  };
}
