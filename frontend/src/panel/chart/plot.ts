/** uPlot behind one function: loaded with the first chart. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { token } from "../../style/token";
import { formatNumber, type Tongue } from "../../text/format";
import { axisWords } from "./axis";
import { markedRange, paintBands, paintHollow } from "./bands";
import { valueNear, type ChartData, type Column, type Facet, type Span } from "./data";
import { endRoom, paintEnds, paintLimits } from "./labels";
import { barPaths, fillOf } from "./bars";
import { colorOf, dashOf } from "./series";

const FEW = 40;
const MOST_LABELS = 6;
const GLYPH_PX = 6.6;

export interface Drawing {
  readonly data: ChartData;
  readonly facet: Facet;
  readonly kind: "line" | "bar" | "area";
  readonly fromZero: boolean;
  readonly span: Span | null;
}

export interface Manner {
  readonly lang: Tongue;
  readonly height: number;
  /** Words for a limit without a source. */
  readonly limit: string;
  readonly onHover: (place: number | null) => void;
  readonly onSpan: (span: Span) => void;
}

export interface Plot {
  /** New data or another span: the picture changes in place. */
  readonly show: (drawing: Drawing) => void;
  /** Put the cross-line on a time, as when another plot is pointed at. */
  readonly point: (place: number | null) => void;
  readonly close: () => void;
}

function seriesOf(column: Column, { kind, facet, data }: Drawing): uPlot.Series {
  const color = colorOf(column);
  const shared = { label: column.name, stroke: color };
  if (column.limit) {
    const paths = uPlot.paths.stepped?.({ align: 1 });
    return { ...shared, width: 1, dash: [4, 4], points: { show: false }, ...(paths ? { paths } : {}) };
  }
  if (kind === "bar") {
    const bars = facet.columns.filter((one) => !one.limit);
    const fill = fillOf(color, bars.indexOf(column));
    return {
      ...shared,
      width: 1,
      fill,
      paths: barPaths(data.times, bars.indexOf(column), bars.length),
      points: { show: false },
    };
  }
  return {
    ...shared,
    width: 2,
    dash: [...dashOf(column.series)],
    ...(kind === "area" ? { fill: `color-mix(in srgb, ${color} 14%, transparent)` } : {}),
    points: { show: data.times.length <= FEW, size: 5, fill: color },
  };
}

const aligned = ({ data, facet }: Drawing): uPlot.AlignedData =>
  [[...data.times], ...facet.columns.map((column) => [...column.values])] as uPlot.AlignedData;

export type Plotter = typeof plot;

/** Draw into `element`; what is pointed at and marked out is told back. */
export function plot(element: HTMLElement, first: Drawing, manner: Manner): Plot {
  let now = first;
  const grid = { stroke: token("--line"), width: 1 };
  const words = { stroke: token("--muted"), font: `11px ${token("--font")}`, ticks: { show: false } };
  const size = (): { width: number; height: number } => ({ width: element.clientWidth, height: manner.height });
  const range = (low: number, high: number): uPlot.Range.MinMax => {
    const zero = now.fromZero || now.kind === "bar";
    return uPlot.rangeNum(zero ? Math.min(0, low) : low, zero ? Math.max(0, high) : high, {
      min: { pad: zero ? 0 : 0.1, soft: zero ? 0 : low, mode: 0 },
      max: { pad: 0.14, soft: high, mode: 0 },
    });
  };
  const chart = new uPlot(
    {
      ...size(),
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Ho_Chi_Minh"),
      legend: { show: false },
      padding: [10, () => endRoom(now, manner.lang), 0, 0],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: 6 },
        points: { size: 7 },
        dataIdx: (_, series, place) => pointedAt(now, series - 1, place),
      },
      scales: {
        x: {
          time: true,
          range: (_, low, high) => {
            if (now.span) return [...now.span];
            return now.kind === "bar" ? padded(now.data.times, low, high) : [low, high];
          },
        },
        y: {
          range: (_, low: number | null, high: number | null) =>
            low === null || high === null ? range(...(markedRange(now) ?? [0, 1])) : range(low, high),
        } as uPlot.Scale,
      },
      axes: [
        {
          ...words,
          grid: { show: false },
          size: (_, values) => (values?.some((text) => text.includes("\n")) ? 38 : 26),
          lineGap: 1.3,
          splits: (self, _, low, high, step) => ticksOf(now, self, low, high, step),
          space: 64,
          values: (_, splits, __, ___, step) =>
            axisWords(splits, now.kind === "bar" ? spacing(splits) : step, manner.lang),
        },
        {
          ...words,
          grid,
          size: (_, values) => Math.max(28, ...(values ?? []).map((text) => text.length * GLYPH_PX + 14)),
          space: 30,
          values: (_, splits) => splits.map((value) => formatNumber(value, manner.lang)),
        },
      ],
      series: [{}, ...now.facet.columns.map((column) => seriesOf(column, now))],
      hooks: {
        setCursor: [(self) => manner.onHover((self.cursor.left ?? -1) < 0 ? null : (self.cursor.idx ?? null))],
        setSelect: [
          (self) => {
            if (self.select.width < 6) return;
            const at = (px: number): number => self.posToVal(px, "x");
            const span: Span = [at(self.select.left), at(self.select.left + self.select.width)];
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            manner.onSpan(span);
          },
        ],
        drawAxes: [(self) => paintBands(self, now)],
        draw: [
          (self) => paintHollow(self, now),
          (self) => paintLimits(self, now, manner),
          (self) => paintEnds(self, now, manner.lang),
        ],
      },
    },
    aligned(now),
    element,
  );
  scrub(chart);
  const follow = new ResizeObserver(() => chart.setSize(size()));
  follow.observe(element);
  return {
    show: (drawing) => {
      now = drawing;
      chart.setData(aligned(drawing));
    },
    point: (place) => {
      const time = place === null ? undefined : now.data.times[place];
      const left = time === undefined ? -10 : chart.valToPos(time, "x");
      chart.setCursor({ left, top: left < 0 ? -10 : 1 }, false);
    },
    close: () => {
      follow.disconnect();
      chart.destroy();
    },
  };
}

/** Where the dot of a column stands: none in a gap, none on a limit. */
function pointedAt({ data, facet }: Drawing, index: number, place: number): number | null {
  const column = facet.columns[index];
  if (!column) return place;
  const near = column.limit ? null : valueNear(data, column, place);
  return typeof near?.value === "number" ? data.times.indexOf(near.at) : null;
}

/** A finger drawn along the plot reads it; up and down still scrolls the page. */
function scrub(chart: uPlot): void {
  chart.over.style.touchAction = "pan-y";
  const read = (event: PointerEvent): void => {
    if (event.pointerType !== "touch") return;
    chart.setCursor({ left: event.clientX - chart.over.getBoundingClientRect().left, top: 1 });
  };
  chart.over.addEventListener("pointerdown", read);
  chart.over.addEventListener("pointermove", read);
}

const spacing = (splits: readonly number[]): number => (splits[1] ?? Infinity) - (splits[0] ?? 0);

/** Under lines round times; under bars the bars' own, every second, third… where there are many. */
function ticksOf(now: Drawing, self: uPlot, low: number, high: number, step: number): number[] {
  if (now.kind !== "bar") return roundTicks(self, low, high, step);
  const seen = now.data.times.filter((time) => time >= low && time <= high);
  const every = Math.ceil(seen.length / MOST_LABELS);
  return seen.filter((_, index) => (seen.length - 1 - index) % every === 0);
}

const DAY_S = 86_400;
const ZONE_S = 7 * 3_600;

/** Multiples of the step in Vietnam's time; months and years begin on their first day. */
function roundTicks(_: uPlot, low: number, high: number, step: number): number[] {
  if (step < 25 * DAY_S) {
    const first = Math.ceil((low + ZONE_S) / step) * step - ZONE_S;
    return Array.from(
      { length: Math.max(0, Math.floor((high - first) / step) + 1) },
      (__, index) => first + index * step,
    );
  }
  const months = Math.max(1, Math.round(step / (30.4 * DAY_S)));
  const begin = new Date((low + ZONE_S) * 1000);
  const ticks: number[] = [];
  for (let month = begin.getUTCFullYear() * 12; ticks.length < 100; month += months) {
    const at = Date.UTC(Math.floor(month / 12), month % 12) / 1000 - ZONE_S;
    if (at > high) break;
    if (at >= low) ticks.push(at);
  }
  return ticks;
}

/** Half a step of room at both ends, so that the outer bars are whole. */
function padded(times: readonly number[], from: number, to: number): [number, number] {
  const half = times.length > 1 ? (to - from) / (times.length - 1) / 2 : DAY_S / 2;
  return [from - half, to + half];
}
