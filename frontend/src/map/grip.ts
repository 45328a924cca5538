/** What is taken hold of: a corner of a shape, or the centre or the rim of a circle. */

import type { LonLat } from "../api/types";
import { circleNow, movedCircle, reshapeCircle, ringOf } from "../state/circles";
import { changeDrawing, type Drawing, type DrawingGeometry } from "../state/drawings";
import { dropCorner, reshape, whole } from "../state/reshape";
import { chosenCorner, held, heldOutline } from "../state/sketch";
import { insertCorner, moveCorner, removeCorner, type Corner, type Outline, type Shape } from "../state/vertices";

export interface Grip {
  /** Show the shape with what is held at this place. */
  readonly hold: (to: LonLat) => void;
  /** Let go: the shape is kept as it was moved to. */
  readonly drop: () => void;
  /** Take the corner away, where enough stay. */
  readonly remove: () => void;
}

/** `added`: where a new corner begins, after the given one. */
export function gripOf(drawing: Drawing, at: Corner, added: LonLat | null): Grip {
  const { id } = drawing;
  const circle = circleNow(drawing);
  if (circle) {
    let moved = circle;
    return {
      hold(to) {
        moved = movedCircle(circle, at.index, to);
        held.set({ id, geometry: ringOf(moved) });
      },
      drop: () => void reshapeCircle(id, moved),
      remove: () => undefined,
    };
  }
  const keep = (geometry: DrawingGeometry): void => changeDrawing(id, { geometry });
  const show = (geometry: DrawingGeometry): void => held.set({ id, geometry });
  const remove = (): void => {
    const rest = removeCorner(drawing.geometry, at);
    chosenCorner.set(null);
    if (rest) keep(rest);
  };
  return { ...cornerGrip(drawing.geometry, at, added, show, keep), remove };
}

/** Of the shape a correction changes. */
export const outlineGrip = (shape: Outline, at: Corner, added: LonLat | null): Grip => ({
  ...cornerGrip(shape, at, added, (geometry) => heldOutline.set(whole(shape, geometry)), reshape),
  remove: () => dropCorner(at),
});

function cornerGrip<Given extends Shape>(
  shape: Given,
  at: Corner,
  added: LonLat | null,
  show: (geometry: Given) => void,
  keep: (geometry: Given) => void,
): Omit<Grip, "remove"> {
  const start = added ? insertCorner(shape, at, added) : shape;
  const corner = added ? { ...at, index: at.index + 1 } : at;
  let geometry = start;
  chosenCorner.set(corner);
  return {
    hold(to) {
      geometry = moveCorner(start, corner, to);
      show(geometry);
    },
    drop: () => keep(geometry),
  };
}
