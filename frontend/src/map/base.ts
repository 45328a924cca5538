/** The base map the view asks for. Our own needs nothing; all others are fetched when they are first wanted. */

import type { Map as MapLibre, StyleSpecification } from "maplibre-gl";
import { baseCredit, baseFault, imageryOf, PAPER, PLAIN } from "../state/basemap";
import { derive, type Readable } from "../state/cell";
import { say } from "../state/language";
import { catalog, theme, type View } from "../state/store";

type Dress = (style: StyleSpecification) => StyleSpecification;

export interface Base {
  readonly dress: Dress;
  /** Whether an error was the base map's, and is taken care of. */
  readonly failed: (event: { readonly sourceId?: string; readonly error: unknown }) => boolean;
  readonly close: () => void;
}

const asIs: Dress = (style) => style;
const isOurs = (url: string): boolean => new URL(url, location.href).origin === location.origin;

/** In which colours our own base map is drawn. */
export const shadeOf = (view: View, now: string): string => (view.base === PAPER ? "print" : now);

export function bindBase(map: MapLibre, view: Readable<View>, redraw: () => void): Base {
  let dress = asIs;
  let stop = (): void => undefined;
  let failed = (): void => undefined;
  let turn = 0;

  const wear = (next: Dress, credit: string | null): void => {
    dress = next;
    baseCredit.set(credit);
    redraw();
  };
  async function open(base: string, shade: string, mine: number): Promise<void> {
    const [{ imagery, NOTHING, onGround }, plugged] = await Promise.all([import("./ground"), import("./plugged")]);
    const isBase = (id: string): boolean => catalog.get()?.layers.some((one) => one.id === id && one.base) ?? false;
    const lost = (title = { vi: base, en: base }): void => {
      if (mine !== turn) return;
      stop();
      wear(asIs, null);
      baseFault.set({ title, again: () => begin(`${base}\n${shade}`) });
    };
    const layer = imageryOf(base);
    const raster = layer ? catalog.get()?.layers.find((one) => one.id === layer && one.kind === "raster") : null;
    if (base === PLAIN) return mine === turn ? wear((style) => onGround(style, NOTHING, isBase), null) : undefined;
    if (layer && raster)
      return mine === turn
        ? wear(
            (style) => onGround(style, imagery(style, layer), isBase),
            say.get()(raster.attribution) || say.get()(raster.source),
          )
        : undefined;
    const found = layer ? null : await plugged.fetchPlugged(base, shade).catch(() => null);
    if (mine !== turn) return;
    if (!found) return lost();
    const watch = plugged.watchTiles(map, () => lost(found.map.title));
    stop = watch.stop;
    failed = watch.failed;
    wear((style) => onGround(style, found.ground, isBase), found.map.attribution);
  }
  function begin(key: string): void {
    const [base, shade] = key.split("\n") as [string, string];
    stop();
    stop = failed = (): void => undefined;
    turn += 1;
    baseFault.set(null);
    if (base && base !== PAPER) void open(base, shade, turn);
    else if (dress !== asIs) wear(asIs, null);
  }
  const unbind = derive([view, theme], (now, shade) => `${now.base ?? ""}\n${shade}`).subscribe(begin);
  return {
    dress: (style) => dress(style),
    failed({ sourceId, error }) {
      const url = (error as { url?: string }).url;
      if (!sourceId?.startsWith("base:") && (!url || isOurs(url))) return false;
      failed();
      return true;
    },
    close() {
      unbind();
      stop();
    },
  };
}
