/** Stretches of a series that are read with care: what they are, and which holds at a time. */

import type { ChartSeries } from "../../api/types";
import type { Column } from "./data";
import { secondsOf } from "./time";

export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly text: string | null;
  readonly level: "info" | "warning" | "danger";
  /** Values that the line leaves out, by their time. */
  readonly points: ReadonlyMap<number, number>;
}

export const marksOf = (series: ChartSeries): readonly Mark[] =>
  series.marks.map(({ start, end, title, text, level, points }) => ({
    from: secondsOf(start),
    to: secondsOf(end),
    title,
    text,
    level,
    points: new Map(points.map(([at, value]) => [secondsOf(at), value])),
  }));

/** Times at which marks are read: those of their values, and a beginning for each that would have no time of its own. */
export function timesOf(marks: readonly Mark[], known: ReadonlySet<number>): number[] {
  const all = [...known, ...marks.flatMap(({ points }) => [...points.keys()])];
  const lost = marks.filter(({ from, to }) => !all.some((time) => time >= from && time <= to));
  return [...all, ...lost.map(({ from }) => from)];
}

export interface Marked {
  readonly mark: Mark;
  /** What was left out at this very time. */
  readonly value: number | null;
}

export function markAt({ marks }: Pick<Column, "marks">, time: number): Marked | null {
  const mark = marks.find(({ points }) => points.has(time)) ?? marks.find(({ from, to }) => time >= from && time <= to);
  return mark ? { mark, value: mark.points.get(time) ?? null } : null;
}

export const wordsOf = ({ title, text }: Mark): string => (text ? `${title}: ${text}` : title);

export interface LegendLine {
  readonly title: string;
  readonly level: Mark["level"];
  readonly count: number;
}

/** Each kind of mark once, with the number of its stretches. */
export function legendOf(columns: readonly Pick<Column, "marks">[]): LegendLine[] {
  const marks = columns.flatMap((column) => column.marks);
  const keyOf = ({ level, title }: Pick<Mark, "level" | "title">): string => `${level} ${title}`;
  return [...new Map(marks.map((mark) => [keyOf(mark), mark])).entries()].map(([key, { title, level }]) => ({
    title,
    level,
    count: marks.filter((mark) => keyOf(mark) === key).length,
  }));
}
