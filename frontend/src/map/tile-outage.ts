/** Tiles the server could not give just now: said in a banner, asked again until they come. */

import type { Map as MapLibre } from "maplibre-gl";
import { tileOutage } from "../state/store";
import type { TileBook } from "./live";
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

  const settle = (): void => tileOutage.set(failing.size > 0);
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
      if (!passing || !url) return false;
      failing.add(url);
      tileOutage.set(true);
      due ??= setTimeout(retry, RETRY_MS);
      return true;
    },
    close: () => clearTimeout(due),
  };
}
