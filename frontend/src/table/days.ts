/** Numbers of single days or moments put together by year, month or day. Pure. */

import type { CountGroup } from "../api/types";
import type { Term } from "../state/filter";

export interface Stretch {
  readonly key: string;
  /** First and last day, both in it, as `2026-11-22`. */
  readonly from: string;
  readonly to: string;
  /** Null where one of its numbers is too small to be told. */
  readonly count: number | null;
  readonly term: Term;
}

const DAY_MS = 86_400_000;
const VIETNAM_MS = 7 * 3_600_000;
/** Letters of `2026-11-22` that name a year, a month, a day. */
const UNITS = [10, 7, 4] as const;
const MOST = 24;

/** The day in Vietnam. */
const dayOf = (value: string): string =>
  value.length <= 10 ? value : new Date(Date.parse(value) + VIETNAM_MS).toISOString().slice(0, 10);

const firstOf = (key: string): string => `${key}-01-01`.slice(0, 10);
function lastOf(key: string): string {
  const [year = 0, month = 12, day] = key.split("-").map(Number);
  return day ? key : new Date(Date.UTC(year, month, 1) - DAY_MS).toISOString().slice(0, 10);
}

function next(key: string): string {
  return new Date(Date.parse(lastOf(key)) + DAY_MS).toISOString().slice(0, key.length);
}

function reached(first: string, last: string): string[] {
  const keys = [first];
  while ((keys.at(-1) ?? last) < last && keys.length <= MOST * 20) keys.push(next(keys.at(-1) ?? last));
  return keys;
}

function termOf(from: string, to: string, isMoment: boolean): Term {
  if (!isMoment) return { kind: "during", from, to };
  const at = (day: string, clock: string): string =>
    new Date(`${day}T${clock}+07:00`).toISOString().replace(".000Z", "Z");
  return { kind: "during", from: at(from, "00:00:00"), to: at(to, "23:59:59") };
}

/** Every stretch from the first day to the last, empty ones too; the finest that gives no more than two dozen. */
export function daysOf(groups: readonly CountGroup[], isMoment: boolean): Stretch[] {
  const known = groups.filter((group): group is CountGroup & { value: string } => typeof group.value === "string");
  const days = known.map((group) => dayOf(group.value)).sort();
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return [];
  const keysBy = (unit: number): string[] => reached(first.slice(0, unit), last.slice(0, unit));
  const unit = UNITS.find((letters) => keysBy(letters).length <= MOST) ?? 4;
  const sums = new Map<string, number | null>(keysBy(unit).map((key) => [key, 0]));
  for (const { value, count } of known) {
    const key = dayOf(value).slice(0, unit);
    const before = sums.get(key);
    sums.set(key, count === null || before === null ? null : (before ?? 0) + count);
  }
  return [...sums].map(([key, count]) => {
    const [from, to] = [firstOf(key), lastOf(key)];
    return { key, from, to, count, term: termOf(from, to, isMoment) };
  });
}
