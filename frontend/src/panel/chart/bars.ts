/** Bars beside each other, told apart by colour and by stripes. */

import uPlot from "uplot";

const FILLED = 0.68;
const TILE_PX = 6;

/** The first of several is plain, the others are striped, each its own way. */
export function fillOf(color: string, index: number): string | CanvasPattern {
  const tile = document.createElement("canvas");
  const pen = tile.getContext("2d");
  if (index < 1 || !pen) return color;
  tile.width = tile.height = TILE_PX;
  pen.strokeStyle = color;
  pen.lineWidth = 2;
  const lines = [
    [0, TILE_PX, TILE_PX, 0],
    [0, TILE_PX / 2, TILE_PX, TILE_PX / 2],
    [TILE_PX / 2, 0, TILE_PX / 2, TILE_PX],
    [0, 0, TILE_PX, TILE_PX],
  ] as const;
  const [x, y, toX, toY] = lines[(index - 1) % lines.length] ?? lines[0];
  pen.moveTo(x, y);
  pen.lineTo(toX, toY);
  pen.stroke();
  return pen.createPattern(tile, "repeat") ?? color;
}

/** Where the bars of one of several series stand: side by side around their time. */
export function barPaths(times: readonly number[], index: number, count: number): uPlot.Series.PathBuilder {
  const steps = times.slice(1).map((time, place) => time - (times[place] ?? time));
  const room = (steps.length ? Math.min(...steps) : 86_400) * FILLED;
  const width = room / count;
  const none: uPlot.Series.PathBuilder = () => null;
  return (
    uPlot.paths.bars?.({
      disp: {
        x0: { unit: 1, values: () => times.map((time) => time - room / 2 + index * width) },
        size: { unit: 1, values: () => times.map(() => width) },
      },
      radius: 0.06,
    }) ?? none
  );
}
