/** Words on a chart's time axis: Vietnam's clock, the day named where it begins. */

import type { ChartBlock } from "../../api/types";
import { formatDate, formatDateTime, type Tongue } from "../../text/format";
import { isDate } from "./time";

const DAY_S = 86_400;
const ZONE_S = 7 * 3_600;
const DAYS: Readonly<Record<Tongue, readonly string[]>> = {
  vi: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
};

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();
const dayOf = (seconds: number): number => Math.floor((seconds + ZONE_S) / DAY_S);

/** `T2 23/11`. 1 January 1970 was a Thursday. */
export function dayWords(seconds: number, lang: Tongue): string {
  const name = DAYS[lang][(((dayOf(seconds) + 4) % 7) + 7) % 7] ?? "";
  return `${name} ${formatDate(isoOf(seconds)).slice(0, 5)}`;
}

/** Words under the ticks. Within days a second line names the day, at the first tick and wherever a day begins. */
export function axisWords(ticks: readonly number[], step: number, lang: Tongue): string[] {
  return ticks.map((tick, index) => {
    const [date = "", clock = ""] = formatDateTime(isoOf(tick)).split(" ");
    const [, month, year] = date.split("/");
    if (step >= 300 * DAY_S) return year ?? "";
    if (step >= 25 * DAY_S) return `${month}/${year}`;
    if (step >= DAY_S) return step < 7 * DAY_S ? dayWords(tick, lang) : date.slice(0, 5);
    const before = ticks[index - 1];
    const begins = before === undefined || dayOf(before) !== dayOf(tick);
    return begins ? `${clock}\n${dayWords(tick, lang)}` : clock;
  });
}

/** Whether the data holds days and no hours. */
export const isDaily = (block: ChartBlock): boolean =>
  block.series.every((series) => series.points.every(([at]) => isDate(at)));

/** The moment of a reading: only the date where the data holds only dates. */
export const momentWords = (seconds: number, daily: boolean): string =>
  daily ? formatDate(isoOf(seconds)) : formatDateTime(isoOf(seconds));
