/** The view where no map can be drawn: wishes for a place move the frame that the table and the counts follow. */

import { openLive } from "../api/live";
import type { Bbox, LonLat } from "../api/types";
import { mapTrouble } from "../state/connection";
import { drawnLayers } from "../state/layers";
import { reloadCatalog } from "../state/session";
import { cameraWish, catalog, frame, lastChange, liveStatus, me, view, type CameraWish } from "../state/store";
import { homeOf } from "./camera";

const AROUND = 0.02;
const WORLD: Bbox = [-180, -85, 180, 85];

const holds = (box: Bbox, [lon, lat]: LonLat): boolean =>
  box[0] <= lon && lon <= box[2] && box[1] <= lat && lat <= box[3];

/** What is in view already needs no move: a row chosen from the table must not empty it. */
export function framed(now: Bbox, wish: CameraWish, home: Bbox): Bbox {
  if (wish.kind === "home") return home;
  if (wish.kind === "box") {
    const [west, south, east, north] = wish.bbox;
    return holds(now, [west, south]) && holds(now, [east, north]) ? now : wish.bbox;
  }
  if (wish.kind !== "point" || holds(now, wish.lonlat)) return now;
  const [lon, lat] = wish.lonlat;
  return [lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND];
}

export function drawsWebGL(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

export function goBlind(): void {
  mapTrouble.set(drawsWebGL() ? "failed" : "webgl");
  const known = catalog.get();
  if (!known) return;
  const home = homeOf({ version: 8, sources: {}, layers: [] }, known) ?? WORLD;
  const show = (bbox: Bbox): void => frame.set({ bbox, metersPerPx: 0, bearing: 0 });
  show(home);
  cameraWish.subscribe((wish) => {
    if (!wish) return;
    cameraWish.set(null);
    show(framed(frame.get()?.bbox ?? home, wish, home));
  });
  const channel = openLive(
    (event) => {
      if (event.event === "changed" || event.event === "state")
        lastChange.set({ layer: event.data.layer, ids: event.data.ids });
      else if (event.event === "catalog") void reloadCatalog();
    },
    (status) => liveStatus.set(status),
  );
  view.subscribe((now) =>
    channel.watch(
      drawnLayers(now, catalog.get()).map((layer) => layer.id),
      me.get()?.user ?? "",
    ),
  );
}
