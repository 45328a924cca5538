/** Numbers of the counts endpoint as bars, each with the filter that a press of it sets. Pure. */

import type { Attribute, CountGroup, Counts, Layer, LegendEntry, LocalText } from "../api/types";
import { countOf, withoutData } from "../state/counts";
import type { LayerFilter, Scalar, Term } from "../state/filter";
import { daysOf } from "./days";

export interface Bar {
  readonly key: string;
  /** Null: its key or its band says it. */
  readonly title: LocalText | null;
  /** Numbers and days: the first and the last; whole numbers and days with the last in it, open at null. */
  readonly band?: { readonly from: number | string; readonly to: number | string | null };
  /** Null: too few to be told. */
  readonly count: number | null;
  readonly color: string | null;
  readonly entry?: LegendEntry;
  readonly isNoData?: boolean;
  /** What a press filters by; null where no filter says just this. */
  readonly term: Term | null;
}

export interface Bars {
  readonly attribute: string | null;
  /** Beside each other along an axis, or under each other with their names. */
  readonly along: boolean;
  readonly list: readonly Bar[];
  /** How many rows no bar stands for. */
  readonly beyond: { readonly count: number | null; readonly values: number | null } | null;
}

export const MOST_ROWS = 40;

const one = (value: Scalar | null): Term => ({ kind: "choice", values: [value] });
const band = (from: number, to: number | null): Term => ({
  kind: "range",
  from,
  to,
  ...(to === null ? {} : { open: true }),
});

/** The legend's own entries, most first unless they are bands, and what it draws in the grey of no data. */
export function legendBars(layer: Layer, style: string, counts: Counts): Bars {
  const entries = layer.legend[style] ?? [];
  const attribute = layer.attributes.find((known) => known.name === counts.by) ?? null;
  const listed: Bar[] = entries.map((entry, index) => {
    const next = entries[index + 1]?.from ?? null;
    const from = entry.from ?? null;
    const term = from !== null ? band(from, entry.to ?? next) : one(entry.value ?? null);
    return { key: String(index), title: entry.title, count: countOf(entry, counts), color: entry.color, entry, term };
  });
  const isBanded = entries.some((entry) => (entry.from ?? null) !== null);
  const list = isBanded ? listed : listed.sort((a, b) => (b.count ?? 0) - (a.count ?? 0));
  const grey = withoutData(counts);
  if (grey) {
    // Grey is also what the legend does not name: only where it names every choice, grey is "no value" alone.
    const named = new Set<unknown>(entries.map((entry) => entry.value));
    const isExact = attribute?.choices?.every((choice) => named.has(choice.value)) ?? false;
    list.push({ key: "none", title: null, count: grey, color: null, isNoData: true, term: isExact ? one(null) : null });
  }
  return { attribute: counts.by, along: false, list, beyond: null };
}

/** One bar a value, most first; declared choices without a row too, so that they can be added to a filter. */
export function valueBars(attribute: Attribute, counts: Counts): Bars {
  const known = new Map<unknown, CountGroup>(counts.groups.map((group) => [group.value, group]));
  const missing = (attribute.choices ?? []).filter((choice) => !known.has(choice.value));
  const all: Bar[] = [
    ...counts.groups.map((group) => ({
      key: `=${String(group.value)}`,
      title: group.value === null ? null : group.title,
      count: group.count,
      color: colorOf(attribute, group.value),
      isNoData: group.value === null,
      term: one(group.value),
    })),
    ...(counts.truncated ? [] : missing).map((choice) => ({
      key: `=${String(choice.value)}`,
      title: choice.title,
      count: 0,
      color: choice.color,
      term: one(choice.value),
    })),
  ];
  const list = all.slice(0, MOST_ROWS);
  const rest = all.length - list.length;
  const told = list.reduce((sum, bar) => sum + (bar.count ?? 0), 0);
  const isSure = counts.total !== null && list.every((bar) => bar.count !== null);
  const left = isSure ? (counts.total ?? 0) - told : null;
  const beyond = rest > 0 || counts.truncated ? { count: left, values: counts.truncated ? null : rest } : null;
  return { attribute: attribute.name, along: false, list, beyond };
}

const colorOf = (attribute: Attribute, value: unknown): string | null =>
  attribute.choices?.find((choice) => choice.value === value)?.color ?? null;

/** A histogram; what has no number stands apart at its end. */
export function bandBars(attribute: Attribute, counts: Counts): Bars {
  const whole = attribute.type === "integer";
  const list = counts.groups.map(({ value, to, title, count }): Bar => {
    if (typeof value !== "number")
      return { key: "none", title: null, count, color: null, isNoData: true, term: one(null) };
    const alone = to === null && counts.groups.filter((group) => group.value !== null).length === 1;
    const term: Term = alone ? { kind: "range", from: value, to: value } : band(value, to);
    const last = whole && to !== null ? to - 1 : to;
    return {
      key: `from.${value}`,
      title,
      band: { from: value, to: alone ? value : last },
      count,
      color: null,
      term,
    };
  });
  return { attribute: attribute.name, along: true, list, beyond: null };
}

/** Days of an attribute by year, month or day, whichever gives bars to be read. */
export function dayBars(attribute: Attribute, counts: Counts): Bars {
  const none = counts.groups.find((group) => group.value === null);
  const list: Bar[] = daysOf(counts.groups, attribute.type === "datetime").map(({ key, from, to, count, term }) => ({
    key,
    title: null,
    band: { from, to },
    count,
    color: null,
    term,
  }));
  if (none) list.push({ key: "none", title: null, count: none.count, color: null, isNoData: true, term: one(null) });
  const beyond = counts.truncated ? { count: null, values: null } : null;
  return { attribute: attribute.name, along: true, list, beyond };
}

const same = (a: Term, b: Term): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (term: Term): unknown => Object.entries(term).sort(([a], [b]) => (a < b ? -1 : 1));

/** Whether the filter in force holds this bar. */
export function isChosen(bar: Bar, attribute: string | null, filter: LayerFilter): boolean {
  const term = attribute === null ? undefined : filter.terms[attribute];
  if (!term || !bar.term) return false;
  if (term.kind !== "choice" || bar.term.kind !== "choice") return same(term, bar.term);
  return bar.term.values.every((value) => term.values.includes(value));
}

/** The attribute's term after a press: a value is added or taken out, a stretch replaces another or goes. */
export function pressed(bar: Bar, attribute: string, filter: LayerFilter): Term | null {
  const term = filter.terms[attribute];
  if (isChosen(bar, attribute, filter)) {
    if (term?.kind !== "choice" || bar.term?.kind !== "choice") return null;
    const gone = bar.term.values;
    return { kind: "choice", values: term.values.filter((value) => !gone.includes(value)) };
  }
  if (term?.kind !== "choice" || bar.term?.kind !== "choice") return bar.term;
  return { kind: "choice", values: [...term.values, ...bar.term.values] };
}
