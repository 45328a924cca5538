/** The live channel acts on the map: stale tiles are asked again, states recolour features, sightings move. */

import type { Map as MapLibre } from "maplibre-gl";
import { openLive, type LiveChannel } from "../api/live";
import type { LiveEvent, LiveStatus, StateMessage } from "../api/types";
import { derive, type Readable } from "../state/cell";
import { drawnLayers } from "../state/layers";
import { reloadCatalog } from "../state/session";
import { sightings } from "../state/sightings";
import { catalog, lastChange, liveStatus, me, nameOf, outage, type View } from "../state/store";
import { createStateVersions, type TileBook } from "./live";
import type { Marks } from "./marks";
import type { Sightings } from "./sightings";

/** Told changes are asked for once in this time: many edits a second do not ask for a tile over and over. */
const GATHER_MS = 100;

/** The view a map draws, and whether it speaks for the page. */
interface Listening {
  readonly view: Readable<View>;
  readonly leads: boolean;
}

export function bindLive(
  map: MapLibre,
  book: TileBook,
  marks: Marks,
  moving: Sightings,
  { view, leads }: Listening,
): () => void {
  const versions = createStateVersions();
  let due: ReturnType<typeof setTimeout> | undefined;
  let toldAt = -Infinity;
  let wasLost = false;
  let wasOpen = false;

  // Tiles out of view are ignored by refreshTiles and stay stale until they return: hence idle and moveend.
  const refresh = (): void => {
    clearTimeout(due);
    due = undefined;
    refreshStale(map, book);
  };
  // What is told after a calm moment is asked for at once; a task later, for several layers are told together.
  const refreshSoon = (): void => {
    const gathered = (): void => {
      toldAt = performance.now();
      refresh();
    };
    due ??= setTimeout(gathered, Math.max(0, toldAt + GATHER_MS - performance.now()));
  };

  const applyStates = (message: StateMessage): void => {
    if (view.get().at !== null || !map.getSource(message.layer)) return;
    for (const [id, state] of Object.entries(message.state)) {
      const { _version, ...values } = state;
      if (!versions.accepts(message.layer, id, _version)) continue;
      const feature = { source: message.layer, sourceLayer: message.layer, id: Number(id) };
      const shown = map.getFeatureState(feature);
      // Every setFeatureState draws the whole map again, even one that says nothing new.
      if (Object.entries(values).some(([name, value]) => shown[name] !== value)) map.setFeatureState(feature, values);
    }
  };

  /** Tile values count again: states of live layers are dropped and their tiles asked anew. */
  const forgetStates = (): void => {
    versions.clear();
    for (const layer of catalog.get()?.layers ?? []) {
      if (!layer.live || !map.getSource(layer.id)) continue;
      map.removeFeatureState({ source: layer.id, sourceLayer: layer.id });
      book.changedAll(null, layer.id);
    }
    marks.restore();
  };

  const hear = (event: LiveEvent): void => {
    if (event.event === "changed") {
      book.changed(event.data.layer, event.data.areas, event.id);
      if (leads) lastChange.set({ layer: event.data.layer, ids: event.data.ids });
      refreshSoon();
    } else if (event.event === "state") {
      applyStates(event.data);
      if (leads) lastChange.set({ layer: event.data.layer, ids: event.data.ids });
    } else if (event.event === "sighted") {
      moving.add(event.data);
      if (leads) sightings.set(event.data);
    } else if (event.event === "catalog") {
      if (leads) void reloadCatalog();
    } else {
      book.changedAll(event.id);
      forgetStates();
      refreshSoon();
    }
  };

  const follow = (status: LiveStatus): void => {
    if (status === "lost") wasLost = true;
    if (status === "open") {
      if (leads) outage.set(false);
      // Tiles asked before the first connection, or while it was gone, may have missed a change.
      if (wasLost) forgetStates();
      if (wasLost || !wasOpen) book.changedAll(null);
      wasLost = false;
      wasOpen = true;
      refreshSoon();
    }
    if (leads) liveStatus.set(status);
  };

  const channel = openLive(hear, follow);
  const stops = [watchDrawn(channel, view), view.subscribe(onTimeChange(view.get().at, forgetStates))];
  map.on("idle", refresh);
  map.on("moveend", refresh);
  return () => {
    stops.forEach((stop) => stop());
    map.off("idle", refresh);
    map.off("moveend", refresh);
    clearTimeout(due);
    channel.close();
  };
}

/** Ask again for what is stale and in view. */
export function refreshStale(map: MapLibre, book: TileBook): void {
  for (const [source, tiles] of book.stale()) {
    if (map.getSource(source))
      map.refreshTiles(
        source,
        tiles.map(({ z, x, y }) => ({ z, x, y })),
      );
  }
}

function watchDrawn(channel: LiveChannel, view: Readable<View>): () => void {
  let watched = "";
  return derive([view, catalog], (now, known) =>
    drawnLayers(now, known)
      .map((layer) => layer.id)
      .sort()
      .join(),
  ).subscribe((ids) => {
    const layers = ids.split(",").filter(Boolean);
    const viewer = nameOf(me.get());
    if (`${viewer}|${layers.join()}` === watched) return;
    watched = `${viewer}|${layers.join()}`;
    channel.watch(layers, viewer);
  });
}

function onTimeChange(start: string | null, forget: () => void): (now: { at: string | null }) => void {
  let last = start;
  return ({ at }) => {
    if (at === last) return;
    last = at;
    forget();
  };
}
