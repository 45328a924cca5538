/** How drawings look on the map: over the data, in their own colour, corners and lengths on top. */

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import type { Role } from "./drawing-features";

export const SOURCE = "drawings";
const FONT = ["Be Vietnam Pro Medium"];
const color: ExpressionSpecification = ["get", "color"];
const chosen: ExpressionSpecification = ["boolean", ["get", "chosen"], false];

const is = (...roles: Role[]): ExpressionSpecification => ["in", ["get", "role"], ["literal", roles]];
const isArea: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
const isPoint: ExpressionSpecification = ["==", ["geometry-type"], "Point"];

function layer(name: string, rest: object): LayerSpecification {
  return { id: `${SOURCE}:${name}`, source: SOURCE, metadata: { role: "drawing" }, ...rest } as LayerSpecification;
}

/** Ids of what a press may mean, in the order it is asked. */
export const HANDLES = [`${SOURCE}:corner`, `${SOURCE}:middle`];
export const SHAPES = [`${SOURCE}:point`, `${SOURCE}:line`, `${SOURCE}:fill`];

/** Before its data: drawings come last, over everything. `halo` is the surface's colour. */
export function withDrawings(style: StyleSpecification, data: FeatureCollection, halo: string): StyleSpecification {
  const text = (size: number): object => ({ "text-font": FONT, "text-size": size, "text-padding": 2 });
  const worded = { "text-color": color, "text-halo-color": halo, "text-halo-width": 2 };
  return {
    ...style,
    sources: { ...style.sources, [SOURCE]: { type: "geojson", data, tolerance: 0.1 } },
    layers: [
      ...style.layers,
      layer("fill", {
        type: "fill",
        filter: ["all", is("shape", "sketch"), isArea],
        paint: { "fill-color": color, "fill-opacity": 0.14 },
      }),
      layer("casing", {
        type: "line",
        filter: ["all", is("shape", "sketch"), ["!", isPoint]],
        layout: { "line-join": "round", "line-cap": "round" },
        paint: { "line-color": halo, "line-width": ["case", chosen, 7, 5], "line-opacity": 0.75 },
      }),
      layer("line", {
        type: "line",
        filter: ["all", is("shape", "sketch"), ["!", isPoint]],
        layout: { "line-join": "round", "line-cap": "round" },
        paint: { "line-color": color, "line-width": ["case", chosen, 3.5, 2.5] },
      }),
      layer("point", {
        type: "circle",
        filter: ["all", is("shape"), isPoint],
        paint: {
          "circle-radius": ["case", chosen, 9, 7],
          "circle-color": color,
          "circle-stroke-color": halo,
          "circle-stroke-width": 2,
        },
      }),
      layer("edge", {
        type: "circle",
        filter: is("edge"),
        paint: {
          "circle-radius": 4.5,
          "circle-color": halo,
          "circle-stroke-color": color,
          "circle-stroke-width": 2,
        },
      }),
      layer("middle", {
        type: "circle",
        filter: is("middle"),
        paint: { "circle-radius": 4, "circle-color": color, "circle-stroke-color": halo, "circle-stroke-width": 1.5 },
      }),
      layer("corner", {
        type: "circle",
        filter: is("corner"),
        paint: {
          "circle-radius": 6.5,
          "circle-color": ["case", chosen, color, halo],
          "circle-stroke-color": color,
          "circle-stroke-width": 2.5,
        },
      }),
      layer("side", {
        type: "symbol",
        filter: is("side"),
        layout: { "text-field": ["get", "text"], ...text(12), "text-offset": [0, -0.9] },
        paint: worded,
      }),
      layer("name", {
        type: "symbol",
        filter: ["all", is("shape"), ["!=", ["geometry-type"], "LineString"]],
        layout: {
          "text-field": ["get", "name"],
          ...text(13),
          "text-anchor": ["case", isPoint, "top", "center"],
          "text-offset": ["case", isPoint, ["literal", [0, 0.8]], ["literal", [0, 0]]],
        },
        paint: worded,
      }),
      layer("line-name", {
        type: "symbol",
        filter: ["all", is("shape"), ["==", ["geometry-type"], "LineString"]],
        layout: {
          "text-field": ["get", "name"],
          ...text(13),
          "symbol-placement": "line-center",
          "text-offset": [0, 1],
        },
        paint: worded,
      }),
    ],
  };
}
