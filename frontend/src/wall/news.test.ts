import { expect, test } from "vitest";
import { freshTroubles, newsOf, withChange, type Change } from "./news";

const DAY = 86_400_000;
const NOW = 100 * DAY;
const layer = (id: string, ageDays: number | null, promisedDays: number | null) => ({
  id,
  title: { vi: `Lớp ${id}`, en: `Layer ${id}` },
  updated_at: ageDays === null ? null : new Date(NOW - ageDays * DAY).toISOString(),
  promised_s: promisedDays === null ? null : promisedDays * 86_400,
});

test("changes of a layer shortly after one another are one line", () => {
  let changes: readonly Change[] = [];
  for (const [id, atMs] of [
    ["a", 0],
    ["a", 30_000],
    ["b", 31_000],
    ["a", 120_000],
  ] as const)
    changes = withChange(changes, { layer: id, count: 2, atMs });

  expect(changes.map((one) => [one.layer, one.count])).toEqual([
    ["a", 2],
    ["b", 2],
    ["a", 4],
  ]);
});

test("a change without a count makes the sum unknown, and what is an hour old goes", () => {
  const first = withChange([], { layer: "a", count: 2, atMs: 0 });

  expect(withChange(first, { layer: "a", count: null, atMs: 1 })[0]?.count).toBeNull();
  expect(withChange(first, { layer: "b", count: 1, atMs: 3_600_000 })).toHaveLength(1);
});

test("a layer is late since its promise ran out; one without a promise or a time never is", () => {
  const told = newsOf(
    [layer("a", 9, 7), layer("b", 5, 7), layer("c", 9, null), layer("d", null, 7)],
    [],
    [],
    null,
    NOW,
  );

  expect(told.map((one) => one.key)).toEqual(["late a"]);
  expect(told[0]?.atMs).toBe(NOW - 2 * DAY);
});

test("troubles stand before changes, each newest first; changes of unknown layers are not told", () => {
  const changes = [
    { layer: "a", count: 1, atMs: NOW - 5 },
    { layer: "a", count: 1, atMs: NOW - 3 },
    { layer: "hidden", count: 1, atMs: NOW },
  ];

  const told = newsOf([layer("a", 9, 7)], changes, [], NOW - 1_000, NOW);

  expect(told.map((one) => one.kind)).toEqual(["lost", "late", "changed", "changed"]);
  expect(told.map((one) => one.atMs).slice(2)).toEqual([NOW - 3, NOW - 5]);
});

test("only a new trouble is heard", () => {
  const quiet = newsOf([layer("a", 9, 7)], [], [], null, NOW);
  const lost = newsOf([layer("a", 9, 7)], [{ layer: "a", count: 1, atMs: NOW }], [], NOW, NOW);

  expect(freshTroubles(quiet, lost).map((one) => one.kind)).toEqual(["lost"]);
  expect(freshTroubles(lost, lost)).toEqual([]);
});

test("alarms stand first, and a new one is heard", () => {
  const alarm = { layer: "a", id: "7", title: { vi: "Cảnh báo", en: "Alerts" }, name: "Trạm 7", atMs: NOW - 9 };
  const quiet = newsOf([layer("a", 9, 7)], [], [], null, NOW);
  const told = newsOf([layer("a", 9, 7)], [], [alarm], NOW, NOW);

  expect(told.map((one) => one.kind)).toEqual(["alarm", "lost", "late"]);
  expect(freshTroubles(quiet, told).map((one) => one.key)).toContain("alarm a/7");
  expect(freshTroubles(told, told)).toEqual([]);
});
