/** A chart block's series as columns over one time axis, parted into the plots that are drawn of them. */

import type { ChartBlock, ChartSeries, Point } from "../../api/types";
import { marksOf, timesOf, type Mark } from "./marks";
import { secondsOf } from "./time";

/** A number; null where the series has a gap; undefined where it says nothing, and the line goes on. */
export type Value = number | null | undefined;

export interface Column {
  readonly name: string;
  readonly unit: string | null;
  /** A limit carries the name of its source, null where none is known. */
  readonly limit: boolean;
  readonly source: string | null;
  readonly values: readonly Value[];
  readonly color: string | null;
  /** Index of the series it belongs to: a limit stands for its series'. */
  readonly series: number;
  readonly marks: readonly Mark[];
}

export interface ChartData {
  readonly times: readonly number[];
  /** False for a time that only marks where a series fell silent: no row of the table. */
  readonly told: readonly boolean[];
  readonly columns: readonly Column[];
}

const MAX_POINTS = 20_000;
/** A regular series that says nothing for longer than this many steps has a gap. */
const SILENT_STEPS = 2.5;
const REGULAR_SHARE = 0.8;

type Table = Map<number, number | null>;

function tableOf(points: readonly Point[]): Table {
  const pairs = points
    .slice(-MAX_POINTS)
    .map(([at, value]) => [secondsOf(at), value] as const)
    .filter(([seconds]) => Number.isFinite(seconds))
    .sort((a, b) => a[0] - b[0]);
  return new Map(pairs);
}

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

/** The usual time between two readings, in seconds; 0 where there is no usual one. */
export function stepOf(times: readonly number[]): number {
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const usual = median([...steps].sort((a, b) => a - b));
  const regular = steps.filter((step) => step <= usual * 1.5).length;
  return steps.length >= 3 && regular >= steps.length * REGULAR_SHARE ? usual : 0;
}

const MOST_SILENT = 200;

/** Times at which a regular series should have spoken and did not: pointed at, they say that there is nothing. */
function silences(table: Table): number[] {
  const times = [...table.keys()];
  const step = stepOf(times);
  if (!step) return [];
  return times.flatMap((time, index) => {
    const before = times[index - 1] ?? time;
    if (time - before <= step * SILENT_STEPS) return [];
    const missing = Math.round((time - before) / step) - 1;
    const count = Math.min(missing, MOST_SILENT);
    return Array.from({ length: count }, (_, place) => before + ((place + 1) * (time - before)) / (count + 1));
  });
}

/** A limit holds from each of its times until the next; a single one holds throughout. */
function heldAt(table: Table, time: number): Value {
  const times = [...table.keys()];
  if (times.length === 1) return table.get(times[0] ?? 0);
  return table.get(times.findLast((from) => from <= time) ?? Number.NaN);
}

export function chartData(block: ChartBlock): ChartData {
  const tables = block.series.map((series) => tableOf(series.points));
  const breaks = tables.map((table) => (block.kind === "bar" ? [] : silences(table)));
  const marks = block.series.map(marksOf);
  const known = new Set(timesOf(marks.flat(), new Set(tables.flatMap((table) => [...table.keys()]))));
  const times = [...new Set([...known, ...breaks.flat()])].sort((a, b) => a - b);
  const columns = block.series.flatMap((series, index) => {
    const table: Table = new Map(tables[index]);
    for (const time of breaks[index] ?? []) table.set(time, null);
    const marked = marks[index] ?? [];
    for (const time of marked.flatMap(({ points }) => [...points.keys()])) {
      if (!table.has(time)) table.set(time, null);
    }
    const shared = { unit: series.unit ?? null, series: index };
    const own = {
      ...shared,
      name: series.name,
      limit: false,
      source: null,
      color: series.color ?? null,
      marks: marked,
      values: times.map((time): Value => table.get(time)),
    };
    return series.limit?.length ? [own, { ...shared, ...limitOf(series, times) }] : [own];
  });
  return { times, told: times.map((time) => known.has(time)), columns };
}

function limitOf(series: ChartSeries, times: readonly number[]): Omit<Column, "unit" | "series"> {
  const table = tableOf(series.limit ?? []);
  const source = series.limit_source ?? null;
  return {
    name: source ?? series.name,
    limit: true,
    source,
    color: null,
    marks: [],
    values: times.map((time) => heldAt(table, time)),
  };
}

/** One plot: columns that share a unit, or a single series where there are too many for one. */
export interface Facet {
  readonly title: string | null;
  readonly unit: string | null;
  readonly columns: readonly Column[];
}

export const MOST_IN_ONE = 5;

export function facetsOf({ columns }: ChartData): readonly Facet[] {
  const series = columns.filter((column) => !column.limit);
  const keyOf = (column: Column): string =>
    series.length > MOST_IN_ONE ? String(column.series) : `unit ${column.unit ?? ""}`;
  const keys = [...new Set(series.map(keyOf))];
  return keys.map((key) => {
    const members = columns.filter((column) => keyOf(column) === key);
    const names = members.filter((column) => !column.limit).map((column) => column.name);
    return {
      title: keys.length > 1 && names.length === 1 ? (names[0] ?? null) : null,
      unit: members[0]?.unit ?? null,
      columns: members.filter((column, place) => !column.limit || firstOfItsKind(members, place)),
    };
  });
}

/** Series under the same limit show it once. */
function firstOfItsKind(members: readonly Column[], place: number): boolean {
  const one = members[place];
  const same = (other: Column): boolean =>
    other.limit && other.name === one?.name && String(other.values) === String(one.values);
  return members.findIndex(same) === place;
}

/** What a series says at a time of the axis: its own reading there, else its nearest one within a usual step. */
export function valueNear(data: ChartData, column: Column, place: number): { value: Value; at: number } | null {
  const time = data.times[place];
  if (time === undefined) return null;
  const value = column.values[place];
  if (value !== undefined) return { value, at: time };
  const own = data.times.filter((_, index) => column.values[index] !== undefined);
  const reach = stepOf(own) || Infinity;
  const nearest = own.reduce<number | null>(
    (best, at) => (best === null || Math.abs(at - time) < Math.abs(best - time) ? at : best),
    null,
  );
  if (nearest === null || Math.abs(nearest - time) > reach) return null;
  return { value: column.values[data.times.indexOf(nearest)], at: nearest };
}

/** The newest reading of a series: its place on the axis, -1 where it has none. */
export const lastPlace = (column: Column): number => column.values.findLastIndex((value) => typeof value === "number");

export type Span = readonly [from: number, to: number];

/** A narrower or wider span around a place; null: the whole axis. */
export function zoomed(times: readonly number[], span: Span | null, factor: number, around?: number): Span | null {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const [from, to] = span ?? [first, last];
  const middle = around !== undefined && around >= from && around <= to ? around : (from + to) / 2;
  const least = (stepOf(times) || (last - first) / Math.max(1, times.length - 1)) * 3;
  const width = Math.max(least, (to - from) * factor);
  if (width >= last - first) return null;
  return within(
    [middle - ((middle - from) / (to - from)) * width, middle + ((to - middle) / (to - from)) * width],
    [first, last],
  );
}

/** The same width, moved by a part of it. */
export function moved(times: readonly number[], span: Span | null, part: number): Span | null {
  if (!span) return null;
  const by = (span[1] - span[0]) * part;
  return within([span[0] + by, span[1] + by], [times[0] ?? 0, times.at(-1) ?? 0]);
}

function within([from, to]: Span, [first, last]: Span): Span {
  const by = Math.max(first - from, 0) || Math.min(last - to, 0);
  return [from + by, to + by];
}

/** Whether a reading lies above the limit of its series at that time. */
export function isOver(data: ChartData, column: Column, place: number): boolean {
  const value = column.values[place];
  if (column.limit || typeof value !== "number") return false;
  const limit = data.columns.find((one) => one.limit && one.series === column.series)?.values[place];
  return typeof limit === "number" && value > limit;
}
