/** A subject's numbers, from the one place that counts. */

import type { Bbox, Layer } from "../api/types";
import { countRows } from "../state/counts";
import { countOverTime, instantsOf } from "../state/over-time";
import { countedRows } from "../state/rows";
import { bandBars, dayBars, legendBars, valueBars, type Bar, type Bars } from "./bars";
import type { Subject } from "./subjects";

export interface Chart extends Bars {
  /** All rows counted; null where too few to be told. */
  readonly total: number | null;
  /** Over time: the instant each bar stands for, null for now. */
  readonly instants?: readonly (string | null)[];
}

const BANDS = 12;

/** Null where the server cannot say. */
export async function ask(
  layer: Layer,
  subject: Subject,
  bbox: Bbox,
  nowMs: number,
  signal: AbortSignal,
): Promise<Chart | null> {
  const rows = countedRows(layer, bbox);
  if (subject.kind === "time") return overTime(layer, bbox, nowMs, signal);
  const by =
    subject.kind === "style"
      ? { style: subject.style }
      : { by: subject.attribute.name, ...(subject.kind === "bands" ? { bands: BANDS } : {}) };
  const counts = await countRows(layer, { ...rows, ...by }, signal);
  if (!counts) return null;
  const bars =
    subject.kind === "style"
      ? legendBars(layer, subject.style, counts)
      : { value: valueBars, bands: bandBars, days: dayBars }[subject.kind](subject.attribute, counts);
  return { ...bars, total: counts.total };
}

async function overTime(layer: Layer, bbox: Bbox, nowMs: number, signal: AbortSignal): Promise<Chart | null> {
  const instants = layer.time ? instantsOf(layer.time, nowMs) : [];
  const totals = await countOverTime(layer, countedRows(layer, bbox), instants, signal);
  if (totals.every((total) => total === undefined)) return null;
  const list = instants.map((at, index): Bar => ({
    key: at ?? "now",
    title: null,
    count: totals[index] ?? null,
    color: null,
    isNoData: totals[index] === undefined,
    term: null,
  }));
  return { attribute: null, along: true, list, beyond: null, total: totals.at(-1) ?? null, instants };
}
