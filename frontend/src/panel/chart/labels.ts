/** Words on the drawing itself: each limit with its source, the newest value at its line's end. */

import type uPlot from "uplot";
import { token } from "../../style/token";
import { formatNumber, withUnit, type Tongue } from "../../text/format";
import { lastPlace, type Column } from "./data";
import type { Drawing, Manner } from "./plot";
import { colorOf } from "./series";

const SIZE_PX = 11;
const LINE_PX = 13;
const GLYPH_PX = 6.8;

const fontOf = (weight: number, ratio: number): string => `${weight} ${SIZE_PX * ratio}px ${token("--font")}`;

/** Room right of the plot for the newest values; bars carry none. */
export function endRoom({ kind, facet }: Drawing, lang: Tongue): number {
  if (kind === "bar") return 8;
  const texts = facet.columns.filter((column) => !column.limit).map((column) => endText(column, lang));
  return Math.max(8, ...texts.map((text) => text.length * GLYPH_PX + 10));
}

function endText(column: Column, lang: Tongue): string {
  const value = column.values[lastPlace(column)];
  return typeof value === "number" ? formatNumber(value, lang) : "";
}

/** Where words are written over lines, a rim of the ground keeps them legible. */
function write(pen: CanvasRenderingContext2D, text: string, x: number, y: number, color: string): void {
  pen.lineJoin = "round";
  pen.lineWidth = 4;
  pen.strokeStyle = token("--surface");
  pen.strokeText(text, x, y);
  pen.fillStyle = color;
  pen.fillText(text, x, y);
}

export function paintLimits(self: uPlot, now: Drawing, manner: Manner): void {
  const pen = self.ctx;
  const ratio = devicePixelRatio;
  pen.save();
  pen.font = fontOf(500, ratio);
  pen.textAlign = "left";
  for (const column of now.facet.columns.filter((one) => one.limit)) {
    const value = column.values.find((one) => typeof one === "number");
    if (typeof value !== "number") continue;
    const y = self.valToPos(value, "y", true);
    const above = y - 4 * ratio;
    const inside = above - SIZE_PX * ratio > self.bbox.top - 12 * ratio;
    const text = `${column.source ?? manner.limit}: ${withUnit(formatNumber(value, manner.lang), column.unit)}`;
    pen.textBaseline = inside ? "bottom" : "top";
    write(pen, text, self.bbox.left + 4 * ratio, inside ? above : y + 4 * ratio, colorOf(column));
  }
  pen.restore();
}

export function paintEnds(self: uPlot, now: Drawing, lang: Tongue): void {
  if (now.kind === "bar") return;
  const pen = self.ctx;
  const ratio = devicePixelRatio;
  const right = self.bbox.left + self.bbox.width;
  const ends = now.facet.columns
    .filter((column) => !column.limit)
    .flatMap((column) => {
      const place = lastPlace(column);
      const [time, value] = [now.data.times[place], column.values[place]];
      if (time === undefined || typeof value !== "number") return [];
      const x = self.valToPos(time, "x", true);
      const y = self.valToPos(value, "y", true);
      // A newest value outside of what is looked at stands at no line's end.
      const seen = x >= self.bbox.left && x <= right + 1 && y >= self.bbox.top - 1;
      return seen ? [{ x, y, color: colorOf(column), text: endText(column, lang) }] : [];
    })
    .sort((a, b) => a.y - b.y);
  ends.forEach((end, index) => {
    const before = ends[index - 1];
    if (before) end.y = Math.max(end.y, before.y + LINE_PX * ratio);
  });
  pen.save();
  pen.font = fontOf(600, ratio);
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const end of ends) write(pen, end.text, end.x + 6 * ratio, end.y, end.color);
  pen.restore();
}
