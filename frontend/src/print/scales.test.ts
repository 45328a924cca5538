import { expect, test } from "vitest";
import { groundOf, nearestScale } from "./scales";

test("the scale proposed is the round one nearest to the screen's", () => {
  expect(nearestScale(0.2646)).toBe(1_000);
  expect(nearestScale(1.4)).toBe(5_000);
  expect(nearestScale(2)).toBe(10_000);
  expect(nearestScale(9_000)).toBe(1_000_000);
  expect(nearestScale(0.001)).toBe(500);
});

test("the ground of a sheet grows with its scale", () => {
  expect(groundOf("a4", "portrait", 10_000)).toEqual([1_830, 1_890]);
});
