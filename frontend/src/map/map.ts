/** A map on screen: made once, kept equal to a view. The only place that makes a MapLibre map. */

import { Map as MapLibre, setWorkerUrl, type MapMouseEvent, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { fetchStyle } from "../api/layers";
import { CREDENTIALS, UNATTENDED } from "../api/profile";
import { cell, derive, type Readable } from "../state/cell";
import { brokenLayers, retryTiles } from "../state/connection";
import { patterns } from "../state/preferences";
import { untilAnswered } from "../state/session";
import { camera, catalog, catalogVersion, drawn, language, theme, view, type Camera, type View } from "../state/store";
import type { Bbox } from "../api/types";
import { bindBase, shadeOf, type Base } from "./base";
import { bindCamera, homeOf, paddingAtStart } from "./camera";
import { token } from "../style/token";
import { bindContext } from "./context";
import { createDrawing } from "./drawing";
import { FONT_FACES } from "./fonts";
import { bindIcons } from "./icons";
import { createTileBook } from "./live";
import { createMarks, type Marks } from "./marks";
import { bindSpot } from "./spot";
import { bindPick } from "./pick";
import { bindLive } from "./refresh";
import { createSightings } from "./sightings";
import { composeStyle } from "./sources";
import { bindThinned } from "./thinned";
import { bindTileOutage } from "./tile-outage";
import { bindWalk } from "./walk";

setWorkerUrl(workerUrl);

const MIN_ZOOM = 4;
const EMPTY: StyleSpecification = { version: 8, sources: {}, layers: [] };

export interface LiveMap {
  readonly map: MapLibre;
  readonly close: () => void;
}

/** What a map is given to be bound by. */
export interface Drawing {
  readonly map: MapLibre;
  readonly marks: Marks;
  readonly layers: () => StyleSpecification["layers"];
  readonly home: () => Bbox | null;
  /** Whether a click was meant for a drawing. */
  readonly claims: (event: MapMouseEvent) => boolean;
}

/** Which view a map draws, where it opens, and what answers to it. */
export interface Stage {
  readonly view: Readable<View>;
  readonly camera: Camera | null;
  /** One map of a page leads: it tells the connection's state and hears of a new catalog. */
  readonly leads: boolean;
  readonly bind: (drawing: Drawing) => readonly (() => void)[];
}

/** The page's own map, which others may follow. */
export const leader = cell<MapLibre | null>(null);

function theStage(): Stage {
  return {
    view,
    camera: camera.get(),
    leads: true,
    bind: ({ map, marks, layers, home, claims }) => [
      bindPick(map, marks, layers, { claims }),
      bindSpot(map),
      bindWalk(map, marks, layers),
      bindCamera(map, home),
      bindThinned(map),
      tellDrawn(map),
    ],
  };
}

/** Draw a map into `container`. The catalog must be loaded; the style is fetched here. */
export async function openMap(
  container: HTMLElement,
  onError: (error: Error) => void,
  stage: Stage = theStage(),
): Promise<LiveMap> {
  const shade = derive([stage.view, theme], shadeOf);
  const fetched = (): Promise<StyleSpecification> =>
    untilAnswered(() => fetchStyle(language.get(), shade.get())) as Promise<StyleSpecification>;
  let server = await fetched();
  const book = createTileBook((url) => url.startsWith(location.origin));
  const touched = new Set<string>();
  const drawing = createDrawing();
  const home = (): Bbox | null => homeOf(server, catalog.get() ?? { layers: [], groups: [] });
  let current = EMPTY;
  let base: Base | null = null;
  const style = (): StyleSpecification => {
    const known = catalog.get();
    if (!known) return EMPTY;
    const colors = { accent: token("--accent"), inner: token("--surface") };
    const composed = composeStyle({
      server,
      catalog: known,
      view: stage.view.get(),
      touched,
      patterns: patterns.get(),
      colors,
      fonts: FONT_FACES,
      origin: location.origin,
    });
    current = drawing.dress(base?.dress(composed) ?? composed);
    return current;
  };

  const map = new MapLibre({
    container,
    style: style(),
    ...placeAtStart(stage.camera, home()),
    minZoom: MIN_ZOOM,
    attributionControl: false,
    dragRotate: true,
    transformRequest: (url, type) => ({
      url,
      headers: type === "Tile" ? { ...book.requested(url), ...UNATTENDED } : {},
      // MapLibre hands it to fetch as it is; its type only lacks the word "omit".
      credentials: CREDENTIALS as "same-origin",
    }),
  });
  map.on("error", (event) => {
    const { error } = event;
    if (!base?.failed(event) && !tiles.failed(error)) onError(new Error(error.message, { cause: error }));
  });
  const tiles = bindTileOutage(map, book);
  bindIcons(map, () => token("--badge-glyph"));
  const sightings = createSightings(map);
  const dress = (): void => {
    const moved = applyStyle(map, style());
    // A tile that failed is not asked again by MapLibre under its new address.
    if (moved.some((id) => brokenLayers.get().has(id))) retryTiles.get()?.();
    sightings.restore();
  };
  const marks = createMarks(map, (layer) => {
    if (touched.has(layer)) return;
    touched.add(layer);
    dress();
  });
  if (stage.leads) leader.set(map);
  await new Promise((resolve) => map.once("style.load", resolve));

  let asked = "";
  const refetch = async (key: string): Promise<void> => {
    const first = asked === "";
    asked = key;
    if (first) return;
    const next = await fetched();
    if (asked !== key) return;
    server = next;
    dress();
    marks.restore();
  };
  base = bindBase(map, stage.view, dress);
  const stops = [
    base.close,
    bindLive(map, book, marks, sightings, stage),
    stage.leads ? drawing.open(map, dress) : () => undefined,
    ...stage.bind({ map, marks, layers: () => current.layers, home, claims: drawing.claims }),
    stage.view.subscribe(dress),
    patterns.subscribe(dress),
    stage.view.subscribe(({ list }) => marks.setListed(list)),
    derive([language, shade, catalogVersion], (...now) => now.join()).subscribe((key) => void refetch(key)),
    bindContext(map, () => {
      sightings.restore();
      marks.restore();
    }),
    () => sightings.close(),
    () => tiles.close(),
  ];
  return {
    map,
    close: () => {
      stops.forEach((stop) => stop());
      if (leader.get() === map) leader.set(null);
      map.remove();
    },
  };
}

function placeAtStart(place: Camera | null, home: Bbox | null): object {
  if (place) return { center: [place.lon, place.lat], zoom: place.zoom, bearing: place.bearing ?? 0 };
  return home
    ? { bounds: home, fitBoundsOptions: { padding: paddingAtStart(innerWidth) } }
    : { center: [106.2, 11.1], zoom: 8 };
}

/** Coming to rest means that all the view asked for is drawn. */
function tellDrawn(map: MapLibre): () => void {
  const tell = (): void => drawn.set(view.get());
  map.on("idle", tell);
  return () => map.off("idle", tell);
}

/**
 * Change only what differs. Tile addresses are set on the living source: a new source would blink. Returns the sources
 * whose addresses changed.
 */
function applyStyle(map: MapLibre, next: StyleSpecification): string[] {
  const moved: string[] = [];
  for (const [id, wanted] of Object.entries(next.sources)) {
    const source = map.getSource(id);
    if (!source || !("tiles" in wanted) || !wanted.tiles || !("setTiles" in source)) continue;
    const current = source.serialize() as { tiles?: string[] };
    if (current.tiles?.join() === wanted.tiles.join()) continue;
    (source as { setTiles: (tiles: string[]) => unknown }).setTiles(wanted.tiles);
    moved.push(id);
  }
  map.setStyle(next, { diff: true });
  return moved;
}

/** Resolves when everything asked has been drawn. */
export function whenIdle(map: MapLibre, timeoutMs = 30_000): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the map did not become idle")), timeoutMs);
    map.once("idle", () => {
      clearTimeout(timer);
      resolve();
    });
    map.triggerRepaint();
  });
}
