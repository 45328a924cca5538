/** Drawings come with a link and go with it; what does not fit is said, never cut. */

import { area, meets } from "./area";
import { cell } from "./cell";
import { drawingAt, linkOf, newIn } from "./drawing-link";
import { drawings, keepDrawings } from "./drawings";
import { drawingColor } from "./sketch";
import { drawer, view } from "./store";

/** True while there is more than a link carries. */
export const linkTooLarge = cell(false);

/** The table of a link that was restricted to one of its drawings opens so. */
function restrict(link: string, inside: string): void {
  const [place, layer = ""] = inside.split("/");
  const drawing = drawingAt(link, Number(place), drawings.get().features);
  const filter = drawing?.geometry.type === "Polygon" ? meets(drawing.geometry) : null;
  if (!drawing || !filter) return;
  area.set({ drawing: drawing.id, name: drawing.properties.name, layer, filter });
  drawer.set("table");
}

/** The restriction as the link tells it. */
function tellArea(): void {
  const now = area.get();
  const place = drawings.get().features.findIndex((one) => one.id === now?.drawing);
  const inside = now && place >= 0 ? `${place}/${now.layer}` : null;
  view.update((before) => (before.inside === inside ? before : { ...before, inside }));
}

/** Call after the address was read. Returns the way to stop. */
export function bindDrawings(color: string): () => void {
  drawingColor.set(color);
  const { draw: linked, inside } = view.get();
  const stopKeeping = keepDrawings(color);
  if (linked) {
    const known = drawings.get();
    const fresh = newIn(linked, known.features);
    if (fresh.length) drawings.set({ ...known, features: [...known.features, ...fresh] });
    if (inside) restrict(linked, inside);
  }
  const stopSharing = drawings.subscribe(({ features }) => {
    if (!features.some((one) => one.id === area.get()?.drawing)) area.set(null);
    const link = linkOf(features);
    linkTooLarge.set(link === "too-large");
    const draw = link === "too-large" ? null : link;
    view.update((now) => (now.draw === draw ? now : { ...now, draw }));
    tellArea();
  });
  const stopTelling = area.subscribe(tellArea);
  return () => {
    stopKeeping();
    stopSharing();
    stopTelling();
  };
}
