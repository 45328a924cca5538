/** What the strip tells: alarms and troubles newest first, then what changed. */

import type { LocalText } from "../api/types";

export interface Change {
  readonly layer: string;
  /** Rows changed; null: more than were counted. */
  readonly count: number | null;
  readonly atMs: number;
}

const TOGETHER_MS = 60_000;
const KEPT_MS = 3_600_000;
const MOST = 30;

/** A change heard: changes of a layer shortly after one another are one line. */
export function withChange(changes: readonly Change[], change: Change): readonly Change[] {
  const near = (one: Change): boolean => one.layer === change.layer && change.atMs - one.atMs < TOGETHER_MS;
  const before = changes.find(near);
  const sum = before ? added(before.count, change.count) : change.count;
  const others = changes.filter((one) => one !== before && change.atMs - one.atMs < KEPT_MS);
  return [{ ...change, count: sum }, ...others].slice(0, MOST);
}

const added = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

/** A feature that a control room is to hear of. */
export interface Alarm {
  readonly layer: string;
  readonly id: string;
  readonly title: LocalText;
  readonly name: string;
  readonly atMs: number;
}

/** A layer as far as the strip looks at it. */
export interface Watched {
  readonly id: string;
  readonly title: LocalText;
  readonly updated_at?: string | null;
  readonly promised_s?: number | null;
}

export type News =
  | { readonly kind: "lost"; readonly key: string; readonly atMs: number }
  | {
      readonly kind: "alarm";
      readonly key: string;
      readonly atMs: number;
      readonly title: LocalText;
      readonly name: string;
    }
  | {
      readonly kind: "late";
      readonly key: string;
      readonly atMs: number;
      readonly title: LocalText;
      readonly promisedS: number;
    }
  | {
      readonly kind: "changed";
      readonly key: string;
      readonly atMs: number;
      readonly title: LocalText;
      readonly count: number | null;
    };

/** Late since the moment its stewards' promise ran out. */
function lateness(layer: Watched, nowMs: number): News[] {
  if (!layer.updated_at || !layer.promised_s) return [];
  const atMs = Date.parse(layer.updated_at) + layer.promised_s * 1_000;
  if (atMs > nowMs) return [];
  return [{ kind: "late", key: `late ${layer.id}`, atMs, title: layer.title, promisedS: layer.promised_s }];
}

export function newsOf(
  layers: readonly Watched[],
  changes: readonly Change[],
  alarms: readonly Alarm[],
  lostAtMs: number | null,
  nowMs: number,
): readonly News[] {
  const newestFirst = (a: News, b: News): number => b.atMs - a.atMs;
  const titles = new Map(layers.map((layer) => [layer.id, layer.title]));
  const troubles: News[] = layers.flatMap((layer) => lateness(layer, nowMs));
  if (lostAtMs !== null) troubles.push({ kind: "lost", key: `lost ${lostAtMs}`, atMs: lostAtMs });
  const changed = changes.flatMap(({ layer, count, atMs }): News[] => {
    const title = titles.get(layer);
    return title ? [{ kind: "changed", key: `changed ${layer} ${atMs}`, atMs, title, count }] : [];
  });
  const raised = alarms.map(({ layer, id, title, name, atMs }): News => ({
    kind: "alarm",
    key: `alarm ${layer}/${id}`,
    atMs,
    title,
    name,
  }));
  return [...raised.sort(newestFirst), ...troubles.sort(newestFirst), ...changed.sort(newestFirst)];
}

/** Troubles that were not there before: those a person on duty is to hear. */
export function freshTroubles(before: readonly News[], after: readonly News[]): readonly News[] {
  const known = new Set(before.map((one) => one.key));
  return after.filter((one) => one.kind !== "changed" && !known.has(one.key));
}
