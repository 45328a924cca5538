import { expect, test } from "vitest";
import type { Counts, Layer } from "../api/types";
import { barsOf } from "./numbers";

const text = (word: string) => ({ vi: word, en: word });
const counts = (...groups: [string | null, number | null][]): Counts => ({
  by: "use",
  total: null,
  truncated: false,
  groups: groups.map(([value, count]) => ({ value, count, to: null, title: text(value ?? "none") })),
});
const LAYER = {
  legend: { main: [{ value: "a", color: "#0b5fa5", title: text("a"), shape: "fill" }] },
} as never as Layer;

test("the largest groups come first, in the colours of the map", () => {
  const bars = barsOf(counts(["b", 5], ["a", 20]), LAYER, 6, text("rest"));

  expect(bars.map(({ key, share, color }) => [key, share, color])).toEqual([
    ["a", 1, "#0b5fa5"],
    ["b", 0.25, null],
  ]);
});

test("what does not fit is counted together, rows that say nothing last", () => {
  const bars = barsOf(counts([null, 50], ["a", 20], ["b", 5], ["c", 4]), LAYER, 3, text("rest"));

  expect(bars.map(({ key, count }) => [key, count])).toEqual([
    ["a", 20],
    ["b", 5],
    ["…", 54],
  ]);
});

test("a suppressed number stays unknown, in the rest too", () => {
  const bars = barsOf(counts(["a", 20], ["b", 5], ["c", null]), LAYER, 2, text("rest"));

  expect(bars.at(-1)?.count).toBeNull();
});
