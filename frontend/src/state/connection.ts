/** Whether the browser has a network, and what of the map could not be had. */

import { cell } from "./cell";

/** What the browser knows: `true` promises nothing, `false` is certain. */
export const online = cell(navigator.onLine);
addEventListener("online", () => online.set(true));
addEventListener("offline", () => online.set(false));

/** Layers of which a tile was refused or broke: not drawn whole. */
export const brokenLayers = cell<ReadonlySet<string>>(new Set());
/** Asks for their tiles once more; set by the map. */
export const retryTiles = cell<(() => void) | null>(null);

/** Why there is no map: the browser draws no WebGL, or something else went wrong. Null while there is one. */
export const mapTrouble = cell<"webgl" | "failed" | null>(null);

/** The graphics card took the map's drawing away and has not given it back yet. */
export const mapPaused = cell(false);
