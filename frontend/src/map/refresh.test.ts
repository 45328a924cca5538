import type { Map as MapLibre } from "maplibre-gl";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LiveEvent } from "../api/types";
import { view } from "../state/store";
import { createTileBook, type TileBook } from "./live";
import { bindLive } from "./refresh";

let hear: (event: LiveEvent) => void;
vi.mock("../api/live", () => ({
  openLive: (onEvent: typeof hear) => {
    hear = onEvent;
    return { watch: () => undefined, close: () => undefined };
  },
}));

let refreshed: string[];
let states: unknown[];
let book: TileBook;

/** As much of a map as hears of live events. */
function mapOf(layers: readonly string[]): MapLibre {
  const known = new Map<unknown, Record<string, unknown>>();
  return {
    on: () => undefined,
    getSource: (id: string) => (layers.includes(id) ? {} : undefined),
    refreshTiles: (source: string) => {
      refreshed.push(source);
      book.requested(`http://host/tiles/${source}/6/10/30.mvt`);
    },
    getFeatureState: ({ id }: { id: number }) => known.get(id) ?? {},
    setFeatureState: ({ id }: { id: number }, state: Record<string, unknown>) => {
      states.push(state);
      known.set(id, { ...known.get(id), ...state });
    },
  } as unknown as MapLibre;
}

const change = (layer: string): void => hear({ event: "changed", id: "5:5:", data: { layer, areas: null, ids: null } });
const state = (value: number, version: number): void =>
  hear({ event: "state", id: "5:5:", data: { layer: "a", ids: [1], state: { 1: { value, _version: version } } } });

beforeEach(() => {
  vi.useFakeTimers();
  [refreshed, states, book] = [[], [], createTileBook()];
  for (const layer of ["a", "b"]) book.requested(`http://host/tiles/${layer}/6/10/30.mvt`);
  const [marks, moving] = [{ restore: () => undefined }, {}];
  bindLive(mapOf(["a", "b"]), book, marks as never, moving as never, { view, leads: true });
});
afterEach(() => vi.useRealTimers());

it("asks at once for what a change makes stale, in every layer told of together", () => {
  change("a");
  change("b");
  vi.advanceTimersByTime(1);

  expect(refreshed).toEqual(["a", "b"]);
});

it("gathers changes that follow close upon each other", () => {
  change("a");
  vi.advanceTimersByTime(1);
  for (let edit = 0; edit < 9; edit++) {
    change("a");
    vi.advanceTimersByTime(10);
  }
  expect(refreshed).toEqual(["a"]);

  vi.advanceTimersByTime(100);
  expect(refreshed).toEqual(["a", "a"]);
});

it("draws a state that says something new, and no other", () => {
  state(1, 1);
  state(1, 2);
  state(2, 3);
  state(7, 1);

  expect(states).toEqual([{ value: 1 }, { value: 2 }]);
});
