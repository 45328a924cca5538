/** A layer's opacity, multiplied into whatever its style says. */

import type { LayerSpecification } from "maplibre-gl";

const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  fill: ["fill-opacity"],
  "fill-extrusion": ["fill-extrusion-opacity"],
  line: ["line-opacity"],
  circle: ["circle-opacity", "circle-stroke-opacity"],
  symbol: ["icon-opacity", "text-opacity"],
  heatmap: ["heatmap-opacity"],
  raster: ["raster-opacity"],
};

/** `value * factor` where `value` is a number or an expression. Zoom curves must stay outermost, so their stops are scaled. */
export function scaled(value: unknown, factor: number): unknown {
  if (value === undefined || value === null) return factor;
  if (typeof value === "number") return value * factor;
  if (!Array.isArray(value)) return value;
  const [operator, ...rest] = value as [unknown, ...unknown[]];
  if (typeof operator === "string" && operator.startsWith("interpolate")) {
    const [curve, input, ...stops] = rest;
    return [operator, curve, input, ...stops.map((stop, index) => (index % 2 ? scaled(stop, factor) : stop))];
  }
  if (operator === "step") {
    const [input, ...stops] = rest;
    return [operator, input, ...stops.map((stop, index) => (index % 2 ? stop : scaled(stop, factor)))];
  }
  return ["*", factor, value];
}

export function withOpacity(layer: LayerSpecification, factor: number): LayerSpecification {
  const names = PROPERTIES[layer.type];
  if (factor >= 1 || !names) return layer;
  const paint: Record<string, unknown> = { ...(layer.paint ?? {}) };
  for (const name of names) paint[name] = scaled(paint[name], factor);
  return { ...layer, paint } as LayerSpecification;
}
