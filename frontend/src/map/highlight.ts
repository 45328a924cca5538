/** How a hovered and a selected feature look: by feature state, so no tile is read again. */

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Layer } from "../api/types";

export interface HighlightColors {
  readonly accent: string;
  /** White on light maps, black on dark ones. */
  readonly inner: string;
}

const selected: ExpressionSpecification = [
  "any",
  ["boolean", ["feature-state", "_selected"], false],
  ["boolean", ["feature-state", "_listed"], false],
];
const hovered: ExpressionSpecification = ["boolean", ["feature-state", "_hovered"], false];
const opacity: ExpressionSpecification = ["case", selected, 1, hovered, 0.55, 0];
const onlySelected: ExpressionSpecification = ["case", selected, 1, 0];

export function highlightLayers(
  owner: Layer,
  colors: HighlightColors,
): { under: LayerSpecification[]; over: LayerSpecification[] } {
  const place = owner.kind === "stream" ? { source: owner.id } : { source: owner.id, "source-layer": owner.id };
  const layer = (name: string, rest: object): LayerSpecification =>
    ({ id: `highlight:${owner.id}:${name}`, ...place, metadata: { role: "highlight" }, ...rest }) as LayerSpecification;

  const ring = layer("ring", {
    type: "circle",
    filter: ["==", ["geometry-type"], "Point"],
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 11, 12, 14, 15, 16],
      "circle-color": colors.accent,
      "circle-opacity": opacity,
      "circle-stroke-color": colors.inner,
      "circle-stroke-width": 1.5,
      "circle-stroke-opacity": onlySelected,
      "circle-pitch-alignment": "map",
    },
  });
  const outline = layer("outline", {
    type: "line",
    filter: ["!=", ["geometry-type"], "Point"],
    layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": colors.accent, "line-width": 3, "line-opacity": opacity },
  });
  const inner = layer("inner", {
    type: "line",
    filter: ["==", ["geometry-type"], "Polygon"],
    layout: { "line-join": "round" },
    paint: { "line-color": colors.inner, "line-width": 1.5, "line-offset": 2.25, "line-opacity": onlySelected },
  });
  const hasPoints = owner.geometry === "point" || owner.geometry === "mixed" || owner.geometry === undefined;
  const hasShapes = owner.geometry !== "point";
  return { under: hasPoints ? [ring] : [], over: hasShapes ? [outline, inner] : [] };
}
