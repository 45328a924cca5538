/** What is taken hold of: a corner of a shape, or the centre or the rim of a circle. */

import type { LonLat } from "../api/types";
import { circleNow, movedCircle, reshapeCircle, ringOf } from "../state/circles";
import { changeDrawing, type Drawing, type DrawingGeometry } from "../state/drawings";
import { chosenCorner } from "../state/sketch";
import { insertCorner, moveCorner, type Corner } from "../state/vertices";

export interface Grip {
  /** The shape with what is held at this place. */
  readonly move: (to: LonLat) => DrawingGeometry;
  /** Let go: the shape is kept as it was moved to. */
  readonly drop: () => void;
}

/** `added`: where a new corner begins, after the given one. */
export function gripOf(drawing: Drawing, at: Corner, added: LonLat | null): Grip {
  const circle = circleNow(drawing);
  if (circle) {
    let moved = circle;
    return {
      move(to) {
        moved = movedCircle(circle, at.index, to);
        return ringOf(moved);
      },
      drop: () => void reshapeCircle(drawing.id, moved),
    };
  }
  const start = added ? insertCorner(drawing.geometry, at, added) : drawing.geometry;
  const corner = added ? { ...at, index: at.index + 1 } : at;
  let geometry = start;
  chosenCorner.set(corner);
  return {
    move: (to) => (geometry = moveCorner(start, corner, to)),
    drop: () => changeDrawing(drawing.id, { geometry }),
  };
}
