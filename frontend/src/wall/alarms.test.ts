import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FeaturePage, Layer } from "../api/types";
import { lastChange } from "../state/store";
import { alarmingOf, alarms, followAlarms } from "./alarms";
import { round } from "./pulse";

const fetchFeatures = vi.hoisted(() => vi.fn<(layer: string, query: object) => Promise<FeaturePage>>());
vi.mock("../api/layers", () => ({ fetchFeatures }));

const SINCE = "2026-11-27T08:05:00+07:00";
const layer = {
  id: "a",
  title: { vi: "Cảnh báo", en: "Alerts" },
  title_attribute: "about",
  alarms: { since: "since_at", when: "state = 'open'" },
} as unknown as Layer;
const page = (...names: string[]): FeaturePage =>
  ({ features: names.map((about, id) => ({ id, properties: { about, since_at: SINCE } })) }) as unknown as FeaturePage;
const passed = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

let stop: () => void;
beforeEach(async () => {
  vi.useFakeTimers();
  fetchFeatures.mockReset().mockResolvedValue(page("Trạm 1"));
  stop = followAlarms([layer]);
  await passed(10);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

test("the alarms of a layer that has them are asked for by its own words", () => {
  expect(fetchFeatures.mock.calls[0]?.slice(0, 2)).toEqual([
    "a",
    { filter: "state = 'open'", sort: "-since_at", limit: 20 },
  ]);
  expect(alarms.get()).toEqual([{ layer: "a", id: "0", title: layer.title, name: "Trạm 1", atMs: Date.parse(SINCE) }]);
});

test("a change of the layer asks again, one of another does not", async () => {
  const before = fetchFeatures.mock.calls.length;
  lastChange.set({ layer: "b", ids: null });
  await passed(1_000);
  expect(fetchFeatures).toHaveBeenCalledTimes(before);

  fetchFeatures.mockResolvedValue(page());
  lastChange.set({ layer: "a", ids: null });
  await passed(1_000);

  expect(alarms.get()).toEqual([]);
});

test("what was known stays while the server is away", async () => {
  fetchFeatures.mockRejectedValue(new Error("away"));

  round.update((count) => count + 1);
  await passed(1_000);

  expect(alarms.get()).toHaveLength(1);
});

test("layers without alarms are not followed", () => {
  expect(alarmingOf({ layers: [{ ...layer, alarms: null }, layer], groups: [] } as never)).toEqual([layer]);
});
