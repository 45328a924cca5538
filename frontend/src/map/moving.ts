/** Layers without tiles: what a stream sees is drawn from memory, so this side makes their source and badge. */

import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Catalog, Layer } from "../api/types";
import { styleOf } from "../state/layers";
import type { View } from "../state/store";

const EMPTY: SourceSpecification = { type: "geojson", data: { type: "FeatureCollection", features: [] } };

function badge(layer: Layer, view: View, edge: string): LayerSpecification {
  const style = styleOf(view, layer);
  return {
    id: `${layer.id}/moving`,
    type: "circle",
    source: layer.id,
    metadata: { layer: layer.id, style, role: "circle" },
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 4, 13, 7],
      "circle-color": layer.legend[style ?? ""]?.[0]?.color ?? edge,
      "circle-stroke-color": edge,
      "circle-stroke-width": 1.5,
    },
  };
}

/** The server's style with the catalog's stream layers added on top of the data. */
export function withMoving(server: StyleSpecification, catalog: Catalog, view: View, edge: string): StyleSpecification {
  const streams = catalog.layers.filter((layer) => layer.kind === "stream" && !(layer.id in server.sources));
  if (!streams.length) return server;
  return {
    ...server,
    sources: { ...server.sources, ...Object.fromEntries(streams.map((layer) => [layer.id, EMPTY])) },
    layers: [...server.layers, ...streams.map((layer) => badge(layer, view, edge))],
  };
}
