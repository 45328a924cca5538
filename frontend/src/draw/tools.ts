/** The tools in the order they are offered, with their signs and words. */

import type { Tool } from "../state/tools";
import type { Glyph } from "../style/glyphs";
import type { TextKey } from "../text/translate";

interface Offered {
  readonly tool: Tool;
  readonly glyph: Glyph;
  readonly words: TextKey;
}

export const MEASURES: readonly Offered[] = [
  { tool: "distance", glyph: "ruler", words: "draw.tool.distance" },
  { tool: "area", glyph: "area", words: "draw.tool.area" },
];
export const SHAPES: readonly Offered[] = [
  { tool: "point", glyph: "place", words: "draw.kind.point" },
  { tool: "line", glyph: "line", words: "draw.kind.line" },
  { tool: "polygon", glyph: "polygon", words: "draw.kind.polygon" },
  { tool: "circle", glyph: "circle", words: "draw.kind.circle" },
];

export const glyphOf = (tool: Tool): Glyph =>
  [...MEASURES, ...SHAPES].find((one) => one.tool === tool)?.glyph ?? "edit";

/** What to do next, by how many points there are. */
export function hintOf(tool: Tool, count: number): TextKey {
  if (tool === "point") return "draw.hint.point";
  if (tool === "circle") return count ? "draw.hint.radius" : "draw.hint.centre";
  if (!count) return "draw.hint.first";
  return tool === "area" || tool === "polygon" ? "draw.hint.ring" : "draw.hint.line";
}
