/** Numbers of a layer for a tile: the total, and the largest groups. */

import type { Counts, Layer, LocalText } from "../api/types";

export interface Bar {
  readonly key: string;
  readonly title: LocalText;
  readonly count: number | null;
  /** Of the largest, 0 to 1; null for what is no group. */
  readonly share: number | null;
  /** As the map draws it; null where no style has a colour for it. */
  readonly color: string | null;
}

/** The groups that fit, largest first; what no row says, and the rest together, stand last. */
export function barsOf(counts: Counts, layer: Layer, most: number, rest: LocalText): readonly Bar[] {
  const groups = [...counts.groups].sort(
    (a, b) => Number(a.value === null) - Number(b.value === null) || (b.count ?? -1) - (a.count ?? -1),
  );
  const shown = groups.length > most ? groups.slice(0, most - 1) : groups;
  const largest = Math.max(1, ...shown.map((group) => group.count ?? 0));
  const bars = shown.map((group): Bar => ({
    key: String(group.value),
    title: group.title,
    count: group.count,
    share: (group.count ?? 0) / largest,
    color: colorOf(layer, group.value),
  }));
  const left = groups.slice(shown.length);
  if (!left.length) return bars;
  const known = left.every((group) => group.count !== null);
  const sum = left.reduce((total, group) => total + (group.count ?? 0), 0);
  return [...bars, { key: "…", title: rest, count: known ? sum : null, share: null, color: null }];
}

function colorOf(layer: Layer, value: unknown): string | null {
  if (value === null) return null;
  const entries = Object.values(layer.legend).flat();
  return entries.find((entry) => entry.value === value)?.color ?? null;
}
