/** A chart block's series as columns over one time axis, and the words on its axes. */

import type { ChartBlock, Point } from "../../api/types";
import { formatDate, formatDateTime } from "../../text/format";

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** Seconds since 1970. A date without a time is that day's beginning in Vietnam. */
export const secondsOf = (iso: string): number =>
  Date.parse(DATE_ONLY.test(iso) ? `${iso}T00:00:00+07:00` : iso) / 1000;

export interface Column {
  readonly name: string;
  readonly unit: string | null;
  readonly limit: boolean;
  readonly values: readonly (number | null)[];
  readonly color: string | null;
  /** Index of the series it belongs to: a limit shares its series' colour. */
  readonly series: number;
}

export interface ChartData {
  readonly times: readonly number[];
  readonly columns: readonly Column[];
}

const MAX_POINTS = 20_000;

export function chartData(block: ChartBlock): ChartData {
  const lists: { points: readonly Point[]; column: Omit<Column, "values"> }[] = block.series.flatMap(
    (series, index) => {
      const unit = series.unit ?? null;
      const own = {
        points: series.points,
        column: { name: series.name, unit, limit: false, color: series.color ?? null, series: index },
      };
      if (!series.limit?.length) return [own];
      const limit = { name: series.limit_source ?? series.name, unit, limit: true, color: null, series: index };
      return [own, { points: series.limit, column: limit }];
    },
  );
  const tables = lists.map(
    ({ points }) => new Map(points.slice(-MAX_POINTS).map(([at, value]) => [secondsOf(at), value])),
  );
  const times = [...new Set(tables.flatMap((table) => [...table.keys()]))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return {
    times,
    columns: lists.map(({ column }, place) => ({
      ...column,
      values: times.map((time) => tables[place]?.get(time) ?? null),
    })),
  };
}

/** A time axis in Vietnam's time, the day named at its beginning. `step` in seconds. */
export function timeWords(seconds: number, step: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  const [day, clock] = formatDateTime(iso).split(" ");
  const [date = "", month = "", year = ""] = (day ?? "").split("/");
  if (step >= 300 * 86_400) return year;
  if (step >= 25 * 86_400) return `${month}/${year}`;
  if (step >= 86_400 || clock === "00:00") return `${date}/${month}`;
  return clock ?? "";
}

/** The moment of a reading: only the date where the data holds only dates. */
export function momentWords(seconds: number, block: ChartBlock): string {
  const iso = new Date(seconds * 1000).toISOString();
  const dated = block.series.every((series) => series.points.every(([at]) => DATE_ONLY.test(at)));
  return dated ? formatDate(iso) : formatDateTime(iso);
}
