/** Drawings come with a link and go with it; what does not fit is said, never cut. */

import { area } from "./area";
import { cell } from "./cell";
import { linkOf, newIn } from "./drawing-link";
import { drawings, keepDrawings } from "./drawings";
import { drawingColor } from "./sketch";
import { view } from "./store";

/** True while there is more than a link carries. */
export const linkTooLarge = cell(false);

/** Call after the address was read. Returns the way to stop. */
export function bindDrawings(color: string): () => void {
  drawingColor.set(color);
  const linked = view.get().draw;
  const stopKeeping = keepDrawings(color);
  if (linked) {
    const known = drawings.get();
    const fresh = newIn(linked, known.features);
    if (fresh.length) drawings.set({ ...known, features: [...known.features, ...fresh] });
  }
  const stopSharing = drawings.subscribe(({ features }) => {
    if (!features.some((one) => one.id === area.get()?.drawing)) area.set(null);
    const link = linkOf(features);
    linkTooLarge.set(link === "too-large");
    const draw = link === "too-large" ? null : link;
    view.update((now) => (now.draw === draw ? now : { ...now, draw }));
  });
  return () => {
    stopKeeping();
    stopSharing();
  };
}
