/** Marked stretches on the drawing: hatched bands under the lines, hollow points for what the lines leave out. */

import type uPlot from "uplot";
import { token } from "../../style/token";
import type { Column } from "./data";
import type { Mark } from "./marks";
import type { Drawing } from "./plot";
import { colorOf } from "./series";

const LEAST_PX = 3;
const TILE_PX = 6;
const EDGE_PX = 2;
const POINT_PX = 3.5;
const PALE = 0.5;

const COLORS: Readonly<Record<Mark["level"], string>> = { info: "--muted", warning: "--warning", danger: "--danger" };

/** Rising lines; crossed ones for what is worst: told apart without colour. */
function hatch(pen: CanvasRenderingContext2D, level: Mark["level"], ratio: number): CanvasPattern | string {
  const color = token(COLORS[level]);
  const tile = document.createElement("canvas");
  const own = tile.getContext("2d");
  const size = Math.round(TILE_PX * ratio);
  tile.width = tile.height = size;
  if (!own) return color;
  own.strokeStyle = color;
  own.lineWidth = ratio;
  const rising = level === "info" ? [] : [[0, size, size, 0] as const];
  const falling = level === "warning" ? [] : [[0, 0, size, size] as const];
  for (const [x, y, toX, toY] of [...rising, ...falling]) {
    own.beginPath();
    own.moveTo(x, y);
    own.lineTo(toX, toY);
    own.stroke();
  }
  return pen.createPattern(tile, "repeat") ?? color;
}

const own = ({ facet }: Drawing): readonly Column[] => facet.columns.filter((column) => !column.limit);

export function paintBands(self: uPlot, now: Drawing): void {
  const pen = self.ctx;
  const ratio = devicePixelRatio;
  const { left, top, width, height } = self.bbox;
  for (const mark of own(now).flatMap((column) => column.marks)) {
    const [from, to] = [self.valToPos(mark.from, "x", true), self.valToPos(mark.to, "x", true)];
    const grown = Math.max(0, LEAST_PX * ratio - (to - from)) / 2;
    const start = Math.max(left, from - grown);
    const room = Math.min(left + width, to + grown) - start;
    if (room <= 0) continue;
    pen.save();
    pen.globalAlpha = PALE;
    pen.fillStyle = hatch(pen, mark.level, ratio);
    pen.fillRect(start, top, room, height);
    pen.globalAlpha = 1;
    pen.fillStyle = token(COLORS[mark.level]);
    pen.fillRect(start, top, room, EDGE_PX * ratio);
    pen.restore();
  }
}

/** A value beyond what is drawn stands as a triangle at the edge that it lies beyond. */
export function paintHollow(self: uPlot, now: Drawing): void {
  const pen = self.ctx;
  const ratio = devicePixelRatio;
  const { left, top, width, height } = self.bbox;
  const size = POINT_PX * ratio;
  pen.save();
  pen.lineWidth = 1.5 * ratio;
  pen.fillStyle = token("--surface");
  for (const column of own(now)) {
    pen.strokeStyle = colorOf(column);
    for (const [time, value] of column.marks.flatMap(({ points }) => [...points])) {
      const [x, y] = [self.valToPos(time, "x", true), self.valToPos(value, "y", true)];
      if (x < left || x > left + width) continue;
      const beyond = y < top ? 1 : y > top + height ? -1 : 0;
      pen.beginPath();
      if (beyond) {
        const tip = beyond > 0 ? top + EDGE_PX * ratio : top + height;
        pen.moveTo(x, tip);
        pen.lineTo(x - size, tip + beyond * 2 * size);
        pen.lineTo(x + size, tip + beyond * 2 * size);
        pen.closePath();
      } else {
        pen.arc(x, y, size, 0, 2 * Math.PI);
      }
      pen.fill();
      pen.stroke();
    }
  }
  pen.restore();
}

/** The least and the most of what is marked: the range where nothing else is drawn. */
export function markedRange(now: Drawing): [number, number] | null {
  const values = own(now).flatMap(({ marks }) => marks.flatMap(({ points }) => [...points.values()]));
  return values.length ? [Math.min(...values), Math.max(...values)] : null;
}
