/** Which base map lies under the data: by the name a link carries, and what is to be said of it. */

import type { LocalText } from "../api/types";
import { cell } from "./cell";
import { view } from "./store";

/** No base map at all. */
export const PLAIN = "plain";
/** Our own, in the colours of print. */
export const PAPER = "paper";
const IMAGERY = "imagery.";

/** The name of a raster layer as a base map. */
export const asImagery = (layer: string): string => IMAGERY + layer;
/** The raster layer a name means, if it means one. */
export const imageryOf = (base: string | null): string | null =>
  base?.startsWith(IMAGERY) ? base.slice(IMAGERY.length) : null;

/** Who is to be named for the base map in use; null for our own. */
export const baseCredit = cell<string | null>(null);
/** A base map that cannot be drawn: ours is shown in its place. */
export const baseFault = cell<{ readonly title: LocalText; readonly again: () => void } | null>(null);

export const chooseBase = (base: string | null): void => view.update((now) => ({ ...now, base }));
