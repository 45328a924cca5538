/** The map on screen: made once, kept equal to the state. The only place that makes a MapLibre map. */

import { Map as MapLibre, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { fetchStyle } from "../api/layers";
import { derive } from "../state/cell";
import { untilAnswered } from "../state/session";
import { camera, catalog, catalogVersion, language, theme, view } from "../state/store";
import { bindCamera, homeOf, paddingAtStart } from "./camera";
import { token } from "../style/token";
import { createDrawing } from "./drawing";
import { FONT_FACES } from "./fonts";
import { bindIcons } from "./icons";
import { createTileBook } from "./live";
import { createMarks } from "./marks";
import { bindPick } from "./pick";
import { bindLive } from "./refresh";
import { createSightings } from "./sightings";
import { composeStyle } from "./sources";
import { bindThinned } from "./thinned";
import { bindTileOutage } from "./tile-outage";

setWorkerUrl(workerUrl);

const MIN_ZOOM = 4;
const EMPTY: StyleSpecification = { version: 8, sources: {}, layers: [] };

export interface LiveMap {
  readonly map: MapLibre;
  readonly close: () => void;
}

/** Draw the map into `container`. The catalog must be loaded; the style is fetched here. */
export async function openMap(container: HTMLElement, onError: (error: Error) => void): Promise<LiveMap> {
  let server = await untilAnswered(() => fetchStyle(language.get(), theme.get()));
  const book = createTileBook((url) => url.startsWith(location.origin));
  const touched = new Set<string>();
  const drawing = createDrawing();
  const home = (): ReturnType<typeof homeOf> => homeOf(server, catalog.get() ?? { layers: [], groups: [] });
  let current = EMPTY;
  const style = (): StyleSpecification => {
    const known = catalog.get();
    if (!known) return EMPTY;
    const colors = { accent: token("--accent"), inner: token("--surface") };
    const composed = composeStyle({
      server,
      catalog: known,
      view: view.get(),
      touched,
      colors,
      fonts: FONT_FACES,
      origin: location.origin,
    });
    current = drawing.dress(composed);
    return current;
  };

  const map = new MapLibre({
    container,
    style: style(),
    ...placeAtStart(home()),
    minZoom: MIN_ZOOM,
    attributionControl: false,
    dragRotate: true,
    transformRequest: (url, type) => ({ url, headers: type === "Tile" ? book.requested(url) : {} }),
  });
  map.on("error", ({ error }) => {
    if (!tiles.failed(error)) onError(new Error(error.message, { cause: error }));
  });
  const tiles = bindTileOutage(map, book);
  bindIcons(map, () => token("--badge-glyph"));
  const sightings = createSightings(map);
  const dress = (): void => {
    applyStyle(map, style());
    sightings.restore();
  };
  const marks = createMarks(map, (layer) => {
    if (touched.has(layer)) return;
    touched.add(layer);
    dress();
  });
  await new Promise((resolve) => map.once("style.load", resolve));

  let asked = "";
  const refetch = async (key: string): Promise<void> => {
    const first = asked === "";
    asked = key;
    if (first) return;
    const next = await untilAnswered(() => fetchStyle(language.get(), theme.get()));
    if (asked !== key) return;
    server = next;
    dress();
    marks.restore();
  };
  const stops = [
    bindLive(map, book, marks, sightings),
    drawing.open(map, dress),
    bindPick(map, marks, () => current.layers, drawing.claims),
    bindCamera(map, home),
    bindThinned(map),
    view.subscribe(dress),
    view.subscribe(({ list }) => marks.setListed(list)),
    derive([language, theme, catalogVersion], (...now) => now.join()).subscribe((key) => void refetch(key)),
    () => sightings.close(),
    () => tiles.close(),
  ];
  return {
    map,
    close: () => {
      stops.forEach((stop) => stop());
      map.remove();
    },
  };
}

function placeAtStart(home: ReturnType<typeof homeOf>): object {
  const place = camera.get();
  if (place) return { center: [place.lon, place.lat], zoom: place.zoom };
  return home
    ? { bounds: home, fitBoundsOptions: { padding: paddingAtStart(innerWidth) } }
    : { center: [106.2, 11.1], zoom: 8 };
}

/** Change only what differs. Tile addresses are set on the living source: a new source would blink. */
function applyStyle(map: MapLibre, next: StyleSpecification): void {
  for (const [id, wanted] of Object.entries(next.sources)) {
    const source = map.getSource(id);
    if (!source || !("tiles" in wanted) || !wanted.tiles || !("setTiles" in source)) continue;
    const current = source.serialize() as { tiles?: string[] };
    if (current.tiles?.join() !== wanted.tiles.join())
      (source as { setTiles: (tiles: string[]) => unknown }).setTiles(wanted.tiles);
  }
  map.setStyle(next, { diff: true });
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
