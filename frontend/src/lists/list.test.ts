import { expect, test } from "vitest";
import type { ResolvedLine } from "../api/lists";
import { csvOf, featureAt, linesOf } from "./list.svelte";

const one = { id: 1, title: "A", subtitle: "", lonlat: [106, 11], bbox: [106, 11, 106, 11] } as const;
const line = (state: ResolvedLine["state"], features: ResolvedLine["features"]): ResolvedLine => ({
  line: "a",
  state,
  reason: null,
  features,
});

test("empty lines and blanks around names are nobody's", () => {
  expect(linesOf(" a \r\n\n  b c\n")).toEqual(["a", "b c"]);
});

test("a line that means several is nothing until one is chosen", () => {
  const two = { ...one, id: 2 };
  expect(featureAt(line("found", [one]), 0, {})).toBe(one);
  expect(featureAt(line("several", [one, two]), 3, {})).toBeNull();
  expect(featureAt(line("several", [one, two]), 3, { 3: 2 })).toBe(two);
  expect(featureAt(line("none", []), 0, { 0: 2 })).toBeNull();
});

test("a spreadsheet runs nothing of the file", async () => {
  const text = await csvOf(["dòng", "tên"], [["=1+1", 'say "a, b"']]).text();
  expect(text).toContain(`'=1+1,"say ""a, b"""`);
});
