/**
 * Badge shapes as signed distance fields, so that one image takes any colour and an even white edge.
 * The field falls from 1 inside to 0 outside over 16 texels, the edge at 0.75: what MapLibre's shader expects at ratio 2.
 */

import type { Picture } from "./icons";

/** The shape is 22 px across, drawn with 3 px of room for its edge. */
const RADIUS = 11;
const ROOM = 3;
const RATIO = 2;
const REACH = 8;
const EDGE = 0.75;

type Corner = readonly [number, number];
interface Shape {
  readonly rings: readonly (readonly Corner[])[];
  /** Corners are rounded by as much as the shape grows. */
  readonly round: number;
}

/** A stroke across the circle, so far from its middle, rising to the right. */
function stroke(away: number): readonly Corner[] {
  const half = Math.sqrt(81 - away * away);
  const at = (along: number, across: number): Corner => [
    (along + across) * Math.SQRT1_2,
    (across - along) * Math.SQRT1_2,
  ];
  return [at(-half, away - 0.8), at(half, away - 0.8), at(half, away + 0.8), at(-half, away + 0.8)];
}

const SHAPES: Readonly<Record<string, Shape>> = {
  circle: { rings: [[[0, 0]]], round: 10 },
  square: {
    rings: [
      [
        [-7, -7],
        [7, -7],
        [7, 7],
        [-7, 7],
      ],
    ],
    round: 2,
  },
  diamond: {
    rings: [
      [
        [0, -9],
        [9, 0],
        [0, 9],
        [-9, 0],
      ],
    ],
    round: 1.2,
  },
  triangle: {
    rings: [
      [
        [0, -8.5],
        [8.6, 7],
        [-8.6, 7],
      ],
    ],
    round: 1.2,
  },
  /** Points up, which is north until it is turned. */
  arrow: {
    rings: [
      [
        [0, -10],
        [6, -2],
        [2, -2],
        [2, 10],
        [-2, 10],
        [-2, -2],
        [-6, -2],
      ],
    ],
    round: 0.6,
  },
  hatch: { rings: [stroke(-5.5), stroke(0), stroke(5.5)], round: 0.4 },
};

/** Distance in px from a point to the shape's edge, negative inside. */
export function distanceTo(shape: Shape, x: number, y: number): number {
  let nearest = Infinity;
  let inside = false;
  for (const ring of shape.rings) {
    ring.forEach(([ax, ay], index) => {
      const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay];
      const [dx, dy] = [bx - ax, by - ay];
      const along = dx || dy ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy))) : 0;
      nearest = Math.min(nearest, Math.hypot(x - ax - along * dx, y - ay - along * dy));
      if (ay > y !== by > y && x < (dx * (y - ay)) / dy + ax) inside = !inside;
    });
  }
  return (inside ? -nearest : nearest) - shape.round;
}

export function shapeImage(name: string): Picture | null {
  const shape = SHAPES[name];
  if (!shape) return null;
  const size = (RADIUS + ROOM) * 2 * RATIO;
  const data = new ImageData(size, size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const x = (column + 0.5) / RATIO - RADIUS - ROOM;
      const y = (row + 0.5) / RATIO - RADIUS - ROOM;
      const value = EDGE - distanceTo(shape, x, y) / REACH;
      data.data.fill(255, (row * size + column) * 4, (row * size + column) * 4 + 3);
      data.data[(row * size + column) * 4 + 3] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  return { data, pixelRatio: RATIO };
}

/** Whether `distanceTo` knows it. */
export const shapeOf = (name: string): Shape | null => SHAPES[name] ?? null;
