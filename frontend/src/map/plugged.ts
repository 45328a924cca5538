/** A base map of others, opened: its document fetched and checked, its tiles watched. Loaded when one is chosen. */

import { addProtocol, type Map as MapLibre, type MapSourceDataEvent, type StyleSpecification } from "maplibre-gl";
import { fetchBaseMaps, fetchFragment, type BaseMap, type Fragment } from "../api/basemaps";
import { unexpected } from "../api/client";
import type { Ground } from "./ground";

const MARK = "base:";
/** Tiles in a row that fail before the map is given up. */
const PATIENCE = 3;

export const isPlugged = (source: string | undefined): boolean => source?.startsWith(MARK) ?? false;

export interface Plugged {
  readonly map: BaseMap;
  readonly ground: Ground;
}

/** Fetch a base map; null where the caller is offered none of this name. */
export async function fetchPlugged(id: string, theme: string): Promise<Plugged | null> {
  const { basemaps } = await fetchBaseMaps(theme);
  const map = basemaps.find((one) => one.id === id);
  if (!map) return null;
  const fragment = await fetchFragment(id, theme);
  if (JSON.stringify(fragment.sources).includes("pmtiles://")) await readArchives();
  if (map.kind === "style") await check(fragment);
  return { map, ground: { fragment, labels: map.position === "under_labels", minzoom: map.minzoom } };
}

let archives: Promise<void> | null = null;
const readArchives = (): Promise<void> =>
  (archives ??= import("pmtiles").then(({ Protocol }) => addProtocol("pmtiles", new Protocol().tile)));

/** A style of others that breaks the rules would take our whole map with it. */
async function check({ sources, layers, glyphs, sprite }: Fragment): Promise<void> {
  const { validateStyleMin } = await import("@maplibre/maplibre-gl-style-spec");
  const alone = { version: 8, sources, layers, ...(glyphs ? { glyphs } : {}), ...(sprite ? { sprite } : {}) };
  const faults = validateStyleMin(alone as unknown as StyleSpecification);
  if (faults.length) throw unexpected();
}

/** Count what comes and what fails; tells once that nothing of the base map can be had. Returns the way to stop. */
export function watchTiles(map: MapLibre, onLost: () => void): { failed: () => void; stop: () => void } {
  let failures = 0;
  let any = false;
  /** MapLibre says nothing of a tile that is not there (404): one asked for, not taken back and not come is one. */
  let awaited = 0;
  const ofTile = (work: () => void) => (event: MapSourceDataEvent) => {
    if (isPlugged(event.sourceId) && event.tile) work();
  };
  const asked = ofTile(() => (awaited += 1));
  const takenBack = ofTile(() => (awaited -= 1));
  const came = ofTile(() => {
    failures = 0;
    any = true;
  });
  // Few tiles may cover the screen: at rest, with none of them there, nothing is worth waiting for.
  const rested = (): void => {
    if ((failures || awaited > 0) && !any) onLost();
  };
  map.on("sourcedataloading", asked);
  map.on("sourcedataabort", takenBack);
  map.on("sourcedata", came);
  map.on("idle", rested);
  return {
    failed() {
      failures += 1;
      if (failures === PATIENCE) onLost();
    },
    stop() {
      map.off("sourcedataloading", asked);
      map.off("sourcedataabort", takenBack);
      map.off("sourcedata", came);
      map.off("idle", rested);
    },
  };
}
