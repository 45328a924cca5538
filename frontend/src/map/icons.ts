/** Images the style names: glyphs of maki and temaki, badge shapes, and patterns, drawn on demand. */

import type { Map as MapLibre } from "maplibre-gl";
import { iconAddress } from "../style/icons";
import { shapeImage } from "./shapes";

const GLYPH_PX = 15;
const PATTERN_PX = 10;
const SCALE = 2;

export interface Picture {
  readonly data: ImageData;
  readonly pixelRatio: number;
}

/** A glyph in one colour that reads on any badge; as a signed distance field it would lose its fine lines. */
async function glyph(name: string, color: string): Promise<Picture | null> {
  const url = iconAddress(name);
  if (!url) return null;
  const image = new Image();
  image.src = url;
  await image.decode();
  const size = GLYPH_PX * SCALE;
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.drawImage(image, 0, 0, size, size);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = color;
  context.fillRect(0, 0, size, size);
  return { data: context.getImageData(0, 0, size, size), pixelRatio: SCALE };
}

/** A tile of lines (`scale.PATTERNS`), 10 px wide. */
function pattern(color: string, path: string): Picture | null {
  const context = new OffscreenCanvas(PATTERN_PX * SCALE, PATTERN_PX * SCALE).getContext("2d");
  if (!context) return null;
  context.scale(SCALE, SCALE);
  Object.assign(context, { strokeStyle: color, lineWidth: 1, lineCap: "round" });
  context.stroke(new Path2D(path));
  return { data: context.getImageData(0, 0, PATTERN_PX * SCALE, PATTERN_PX * SCALE), pixelRatio: SCALE };
}

/** Answer the style's image names; an unknown one draws nothing and is said once in the console by MapLibre. */
export function bindIcons(map: MapLibre, color: () => string): void {
  map.setMissingStyleImageResolver(async (id) => {
    const [set, name = "", path] = id.split(":");
    const picture =
      set === "shape" ? shapeImage(name) : path ? pattern(name, path) : await glyph(id, color()).catch(() => null);
    if (picture && !map.hasImage(id))
      map.addImage(id, picture.data, { pixelRatio: picture.pixelRatio, sdf: set === "shape" });
  });
}
