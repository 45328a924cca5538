/** Moving things of stream layers: kept until their time to live has passed. */

import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { Feature, Geometry } from "geojson";
import type { LayerFeature, SightedMessage } from "../api/types";

export interface Sightings {
  readonly add: (message: SightedMessage) => void;
  /** The style was applied anew and with it empty sources: draw what is remembered. */
  readonly restore: () => void;
  readonly close: () => void;
}

const MAX_FEATURES = 5_000;
const SWEEP_MS = 1_000;

interface Seen {
  readonly feature: LayerFeature;
  readonly until: number;
}

export function createSightings(map: MapLibre, now: () => number = Date.now): Sightings {
  const layers = new Map<string, Map<string, Seen>>();

  const draw = (layer: string, seen: ReadonlyMap<string, Seen>): void => {
    const source = map.getSource<GeoJSONSource>(layer);
    if (source?.type !== "geojson") return;
    const features = [...seen.values()].flatMap(({ feature }) =>
      feature.geometry ? [feature as Feature<Geometry>] : [],
    );
    void source.setData({ type: "FeatureCollection", features });
  };
  const sweep = (): void => {
    for (const [layer, seen] of layers) {
      const gone = [...seen].filter(([, { until }]) => until < now());
      if (!gone.length) continue;
      gone.forEach(([id]) => seen.delete(id));
      draw(layer, seen);
    }
  };
  const timer = setInterval(sweep, SWEEP_MS);
  return {
    add({ layer, ttl_s, features }) {
      const seen = layers.get(layer) ?? new Map<string, Seen>();
      layers.set(layer, seen);
      for (const feature of features) seen.set(String(feature.id), { feature, until: now() + ttl_s * 1000 });
      for (const id of [...seen.keys()].slice(0, Math.max(0, seen.size - MAX_FEATURES))) seen.delete(id);
      draw(layer, seen);
    },
    restore: () => layers.forEach((seen, layer) => draw(layer, seen)),
    close: () => clearInterval(timer),
  };
}
