/** Bars as a person reads them. */

import type { Language, LocalText } from "../api/types";
import { formatDate, formatDateTime, formatNumber, formatShort } from "../text/format";
import type { TextKey, TextValues } from "../text/translate";
import type { Chart } from "./ask";
import type { Bar } from "./bars";

export interface Line {
  readonly bar: Bar;
  readonly title: string;
  /** Under a column. */
  readonly short: string;
  readonly count: string;
  /** Of all rows counted; empty where there is none to be told. */
  readonly share: string;
  /** Of the longest bar, 0 to 1. */
  readonly length: number;
  readonly spoken: string;
}

type Say = (text: LocalText | null) => string;
type Tell = (key: TextKey, values?: TextValues) => string;

const LONG = /^\d{4}-\d{2}-\d{2}T/;

/** `2026`, `11/2026`, `22/11/2026`, `22/11/2026 14:05`. */
function dayWords(key: string): string {
  if (key.length === 4) return key;
  if (key.length === 7) return key.split("-").reverse().join("/");
  return LONG.test(key) ? formatDateTime(key) : formatDate(key);
}

function titleOf(bar: Bar, isTime: boolean, lang: Language, say: Say, tell: Tell): string {
  if (isTime) return bar.key === "now" ? tell("time.now") : dayWords(bar.key);
  if (bar.isNoData) return tell("count.none");
  if (!bar.band) return say(bar.title);
  const { from, to } = bar.band;
  if (typeof from === "string") return dayWords(bar.key);
  const number = (value: number): string => formatNumber(value, lang);
  if (to === null) return tell("chart.from", { from: number(from) });
  return from === to ? number(from) : `${number(from)} – ${number(Number(to))}`;
}

function shortOf(bar: Bar, title: string, lang: Language): string {
  const from = bar.band?.from;
  if (typeof from === "number") return formatShort(from, lang) + (bar.band?.to === null ? "+" : "");
  const date = /^(?:(\d\d)\/)?(\d\d)\/\d\d(\d\d)(?: (\d\d:\d\d))?$/.exec(title);
  if (!date) return title;
  const [, day, month, year, clock] = date;
  return clock && clock !== "00:00" ? clock : day && !bar.key.endsWith("-01") ? `${day}/${month}` : `${month}/${year}`;
}

export function worded(chart: Chart, lang: Language, say: Say, tell: Tell): Line[] {
  const longest = Math.max(1, ...chart.list.map((bar) => bar.count ?? 0));
  const isTime = chart.instants !== undefined;
  return chart.list.map((bar): Line => {
    const title = titleOf(bar, isTime, lang, say, tell);
    const isLost = isTime && bar.isNoData;
    const count =
      bar.count !== null ? formatNumber(bar.count, lang, 0) : isLost ? tell("count.none") : tell("chart.few");
    const isShare = !isTime && (bar.count ?? 0) > 0 && (chart.total ?? 0) > 0;
    const share = isShare ? `${formatNumber((100 * (bar.count ?? 0)) / (chart.total ?? 1), lang, 1)}\u00a0%` : "";
    return {
      bar,
      title,
      short: bar.isNoData && !isTime ? "?" : shortOf(bar, title, lang),
      count,
      share,
      length: (bar.count ?? 0) / longest,
      spoken: share ? `${title}: ${count} (${share})` : `${title}: ${count}`,
    };
  });
}
