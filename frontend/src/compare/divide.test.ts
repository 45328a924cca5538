import { expect, it } from "vitest";
import { clampSplit, splitAfter } from "./divide";

it("moves by keys and stays on the map", () => {
  expect(splitAfter("ArrowRight", 50)).toBe(52);
  expect(splitAfter("PageDown", 50)).toBe(40);
  expect(splitAfter("PageDown", 9)).toBe(5);
  expect(splitAfter("End", 50)).toBe(95);
  expect(splitAfter("Tab", 50)).toBeNull();
  expect(clampSplit(120)).toBe(95);
});
