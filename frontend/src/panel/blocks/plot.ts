/** uPlot behind one function: loaded with the first chart. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartBlock } from "../../api/types";
import { token } from "../../style/token";
import { formatNumber, type Tongue } from "../../text/format";
import { timeWords, type ChartData, type Column } from "./chart-data";

const HEIGHT_PX = 180;
const FEW = 40;
const MOST_LABELS = 8;
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3], [1, 3]];

export const colorOf = (column: Pick<Column, "color" | "series" | "limit">): string =>
  column.limit ? token("--danger") : (column.color ?? token(`--chart-${(column.series % 8) + 1}`));

function seriesOf(column: Column, block: ChartBlock, count: number): uPlot.Series {
  const color = colorOf(column);
  if (column.limit) {
    return { label: column.name, stroke: color, width: 1, dash: [4, 4], spanGaps: true, points: { show: false } };
  }
  const bars = block.kind === "bar" && uPlot.paths.bars ? uPlot.paths.bars({ size: [0.64, 44], radius: 0.06 }) : null;
  return {
    label: column.name,
    stroke: color,
    width: bars ? 0 : 2,
    dash: bars ? [] : (DASHES[column.series % DASHES.length] ?? []),
    ...(bars ? { paths: bars, fill: color } : {}),
    ...(block.kind === "area" ? { fill: `color-mix(in srgb, ${color} 18%, transparent)` } : {}),
    points: { show: !bars && count <= FEW, size: 5, fill: color },
  };
}

export interface Plot {
  readonly close: () => void;
}

/** Draw into `element`; `onHover` hears the index under the pointer, null when it leaves. */
export function plot(
  element: HTMLElement,
  block: ChartBlock,
  data: ChartData,
  lang: Tongue,
  onHover: (index: number | null) => void,
): Plot {
  const grid = { stroke: token("--line"), width: 1 };
  const words = { stroke: token("--muted"), font: `11px ${token("--font")}`, ticks: { show: false } };
  const fromZero = block.from_zero === true || block.kind === "bar";
  const chart = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT_PX,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Ho_Chi_Minh"),
      legend: { show: false },
      padding: [8, 8, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: true, range: (_, from, to) => (block.kind === "bar" ? padded(data.times, from, to) : [from, to]) },
        y: {
          range: (_, low, high) =>
            uPlot.rangeNum(fromZero ? Math.min(0, low) : low, high, {
              min: { pad: fromZero ? 0 : 0.1, soft: fromZero ? 0 : low },
              max: { pad: 0.1, soft: high },
            } as uPlot.Range.Config),
        },
      },
      axes: [
        {
          ...words,
          grid: { show: false },
          size: 26,
          ...(block.kind === "bar" ? { splits: () => thinned(data.times) } : {}),
          space: 56,
          values: (_, splits, __, ___, step) => splits.map((at) => timeWords(at, step)),
        },
        {
          ...words,
          grid,
          size: 48,
          space: 32,
          values: (_, splits) => splits.map((value) => formatNumber(value, lang)),
        },
      ],
      series: [{}, ...data.columns.map((column) => seriesOf(column, block, data.times.length))],
      hooks: { setCursor: [(self) => onHover(self.cursor.idx ?? null)] },
    },
    [[...data.times], ...data.columns.map((column) => [...column.values])] as uPlot.AlignedData,
    element,
  );
  const follow = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
  follow.observe(element);
  return {
    close: () => {
      follow.disconnect();
      chart.destroy();
    },
  };
}

/** A label under every bar, or under every second, third… where there are many. */
function thinned(times: readonly number[]): number[] {
  const every = Math.ceil(times.length / MOST_LABELS);
  return times.filter((_, index) => (times.length - 1 - index) % every === 0);
}

/** Half a step of room at both ends, so that the outer bars are whole. */
function padded(times: readonly number[], from: number, to: number): [number, number] {
  const half = times.length > 1 ? (to - from) / (times.length - 1) / 2 : 43_200;
  return [from - half, to + half];
}
