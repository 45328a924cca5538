import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../api/client";
import type { LiveEvent, LiveStatus } from "../api/types";
import type { WallAnswer } from "../api/wall";
import { answeredAt, changes, lostAt, round, scenes, startPulse, viewer, type Pulse } from "./pulse";

const fetchWall = vi.hoisted(() => vi.fn<() => Promise<WallAnswer>>());
const live = vi.hoisted((): { hear: (event: LiveEvent) => void; follow: (status: LiveStatus) => void } => ({
  hear: () => undefined,
  follow: () => undefined,
}));
vi.mock("../api/wall", () => ({ fetchWall }));
vi.mock("../api/live", () => ({
  openLive: (hear: (event: LiveEvent) => void, follow: (status: LiveStatus) => void) => {
    Object.assign(live, { hear, follow });
    return { watch: () => undefined, close: () => undefined };
  },
}));

const SCENE = { slug: "a", title: { vi: "A", en: "A" }, seconds: 20, columns: 1, rows: 1, tiles: [] };
const answer = (change: Partial<WallAnswer> = {}): WallAnswer => ({
  scenes: [SCENE],
  viewer: { means: "wall", name: "Wall 1" },
  now: new Date().toISOString(),
  version: "1",
  ...change,
});
const away = new ApiError(0, "unreachable", { vi: "", en: "" });

let reloads = 0;
let pulse: Pulse;
const passed = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers();
  [scenes, viewer, answeredAt, lostAt].forEach((one) => one.set(null));
  changes.set([]);
  reloads = 0;
  fetchWall.mockReset().mockImplementation(() => Promise.resolve(answer()));
  pulse = startPulse(
    () => (reloads += 1),
    (error) => expect.fail(String(error)),
  );
  await passed(10);
});
afterEach(() => {
  pulse.stop();
  vi.useRealTimers();
});

test("scenes are asked for once a minute and stay the same object while they are the same", async () => {
  const before = scenes.get();

  await passed(125_000);

  expect(fetchWall).toHaveBeenCalledTimes(3);
  expect(before).toEqual([SCENE]);
  expect(scenes.get()).toBe(before);
  expect(reloads).toBe(0);
});

test("a server that is away is tried again, sooner than in a minute, and what was there stays", async () => {
  fetchWall.mockImplementation(() => Promise.reject(away));
  await passed(64_000);

  expect(lostAt.get()).not.toBeNull();
  expect(scenes.get()).toEqual([SCENE]);
  const asked = fetchWall.mock.calls.length;
  await passed(60_000);
  expect(fetchWall.mock.calls.length).toBeGreaterThan(asked + 1);

  fetchWall.mockImplementation(() => Promise.resolve(answer()));
  await passed(31_000);
  expect(lostAt.get()).toBeNull();
});

test("a live channel that returns at once is nobody's business; one that does not is told", async () => {
  live.follow("lost");
  await passed(1_000);
  live.follow("open");
  await passed(5_000);
  expect(lostAt.get()).toBeNull();

  live.follow("lost");
  live.follow("connecting");
  await passed(3_000);
  expect(lostAt.get()).not.toBeNull();
});

test("numbers are asked for anew once the channel is back", async () => {
  live.follow("lost");
  await passed(10);
  const before = round.get();

  live.follow("open");
  await passed(10);

  expect(round.get()).toBeGreaterThan(before);
});

test("a new viewer is taken up, a little scattered", async () => {
  fetchWall.mockImplementation(() => Promise.resolve(answer({ version: "2" })));

  await passed(66_000);

  expect(reloads).toBe(1);
  await passed(300_000);
  expect(reloads).toBe(1);
});

test("rights that are gone leave nothing on screen: the page begins anew as soon as the channel ends", async () => {
  fetchWall.mockImplementation(() => Promise.resolve(answer({ viewer: { means: "refused", name: null } })));

  live.follow("lost");
  await passed(10);

  expect(reloads).toBe(1);
});

test("a page that is a day old goes on: begun anew, it would be mute until somebody touches it", async () => {
  await passed(24 * 3_600_000);

  expect(fetchWall.mock.calls.length).toBeGreaterThan(1_400);
  expect(reloads).toBe(0);
});

test("changes heard are kept for the strip", () => {
  live.hear({ event: "changed", id: "1", data: { layer: "a", areas: null, ids: [1, 2] } });

  expect(changes.get().map((one) => [one.layer, one.count])).toEqual([["a", 2]]);
});
