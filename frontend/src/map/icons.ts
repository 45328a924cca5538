/** Images the style names: glyphs of maki and temaki, and badge shapes, drawn on demand. */

import type { Map as MapLibre } from "maplibre-gl";
import { iconAddress } from "../style/icons";

const GLYPH_PX = 15;
const BADGE_PX = 22;
const SCALE = 2;

const PATHS: Readonly<Record<string, string>> = {
  circle: "M11 1a10 10 0 1 1 0 20a10 10 0 1 1 0-20z",
  square: "M4 2h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z",
  diamond: "M11 .8L21.2 11L11 21.2L.8 11z",
  triangle: "M11 1.5L21.3 20H.7z",
};

type Picture = { readonly data: ImageData; readonly pixelRatio: number };

/** A white-on-nothing glyph, so that it reads on any badge colour; as a signed field it would lose its fine lines. */
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

function badge(shape: string): Picture | null {
  const path = PATHS[shape];
  const size = BADGE_PX * SCALE;
  const context = path ? new OffscreenCanvas(size, size).getContext("2d") : null;
  if (!context || !path) return null;
  context.scale(SCALE, SCALE);
  context.fillStyle = "white";
  context.fill(new Path2D(path));
  return { data: context.getImageData(0, 0, size, size), pixelRatio: SCALE };
}

/** Answer the style's image names; an unknown one draws nothing and is said once in the console by MapLibre. */
export function bindIcons(map: MapLibre, color: () => string): void {
  map.setMissingStyleImageResolver(async (id) => {
    const [set, name] = id.split(":");
    const picture = set === "shape" ? badge(name ?? "") : await glyph(id, color()).catch(() => null);
    if (picture && !map.hasImage(id))
      map.addImage(id, picture.data, { pixelRatio: picture.pixelRatio, sdf: set === "shape" });
  });
}
