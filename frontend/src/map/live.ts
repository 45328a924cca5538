/** When a tile must be asked again: it is stale when a change younger than its request crosses it. No MapLibre here. */

import type { Bbox } from "../api/types";

export interface TileKey {
  readonly layer: string;
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

export interface TileBook {
  /** A tile is requested: it is fresh from now on. Returns the headers the request must carry. */
  readonly requested: (url: string) => Record<string, string>;
  /** Rows changed: every tile asked before that crosses an area is stale. `null`: the whole layer. */
  readonly changed: (layer: string, areas: readonly Bbox[] | null, after: string | null) => void;
  /** Everything asked so far may be old: after a gap, or for one layer. */
  readonly changedAll: (after: string | null, layer?: string) => void;
  /** A tile could not be had: it is stale until it is requested again. */
  readonly failed: (url: string) => void;
  /** Stale tiles by layer. They stay stale until they are requested. */
  readonly stale: () => ReadonlyMap<string, readonly TileKey[]>;
}

const MAX_ASKED = 2_000;
const TILE_PATH = /\/tiles\/([^/?]+)\/(\d+)\/(\d+)\/(\d+)\.\w+/;
/** Tiles carry a margin beyond their edge: 64 of 4096 units, and a little for rounding. */
const MARGIN = 64 / 4096 + 1e-6;

export function tileOf(url: string): TileKey | null {
  const match = TILE_PATH.exec(url);
  if (!match?.[1]) return null;
  return { layer: decodeURIComponent(match[1]), z: Number(match[2]), x: Number(match[3]), y: Number(match[4]) };
}

/** Bounds in degrees, margin included. */
export function boundsOf({ z, x, y }: TileKey): Bbox {
  const lon = (column: number): number => (column / 2 ** z) * 360 - 180;
  const lat = (row: number): number => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / 2 ** z))) * 180) / Math.PI;
  return [lon(x - MARGIN), lat(y + 1 + MARGIN), lon(x + 1 + MARGIN), lat(y - MARGIN)];
}

export const crosses = (a: Bbox, b: Bbox): boolean => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

export function createTileBook(isOurs: (url: string) => boolean = () => true): TileBook {
  // Keys are layer and path: filter and time are in the query and do not make another tile.
  const asked = new Map<string, TileKey>();
  const stale = new Set<string>();
  let position: string | null = null;

  const mark = (matches: (tile: TileKey) => boolean): void => {
    for (const [key, tile] of asked) if (matches(tile)) stale.add(key);
  };
  const remember = (after: string | null): void => {
    if (after !== null) position = after;
  };

  const keyOf = (tile: TileKey): string => `${tile.layer}/${tile.z}/${tile.x}/${tile.y}`;

  return {
    requested(url) {
      const tile = isOurs(url) ? tileOf(url) : null;
      if (!tile) return {};
      const key = keyOf(tile);
      stale.delete(key);
      asked.delete(key);
      asked.set(key, tile);
      const oldest = asked.size > MAX_ASKED ? asked.keys().next().value : undefined;
      if (oldest !== undefined) {
        asked.delete(oldest);
        stale.delete(oldest);
      }
      return position === null ? {} : { "X-After": position };
    },
    changed(layer, areas, after) {
      remember(after);
      mark((tile) => tile.layer === layer && (areas === null || areas.some((area) => crosses(area, boundsOf(tile)))));
    },
    changedAll(after, layer) {
      remember(after);
      mark((tile) => layer === undefined || tile.layer === layer);
    },
    failed(url) {
      const tile = tileOf(url);
      if (tile && asked.has(keyOf(tile))) stale.add(keyOf(tile));
    },
    stale() {
      const byLayer = new Map<string, TileKey[]>();
      for (const key of stale) {
        const tile = asked.get(key);
        if (tile) byLayer.set(tile.layer, [...(byLayer.get(tile.layer) ?? []), tile]);
      }
      return byLayer;
    },
  };
}

/** Versions of feature states: a late message never overwrites a newer state. */
export interface StateVersions {
  readonly accepts: (layer: string, id: string, version: number | undefined) => boolean;
  readonly clear: () => void;
}

const MAX_VERSIONS = 20_000;

export function createStateVersions(): StateVersions {
  const seen = new Map<string, number>();
  return {
    accepts(layer, id, version) {
      if (version === undefined) return true;
      const key = `${layer}/${id}`;
      if ((seen.get(key) ?? -Infinity) > version) return false;
      seen.delete(key);
      seen.set(key, version);
      const oldest = seen.size > MAX_VERSIONS ? seen.keys().next().value : undefined;
      if (oldest !== undefined) seen.delete(oldest);
      return true;
    },
    clear: () => seen.clear(),
  };
}
