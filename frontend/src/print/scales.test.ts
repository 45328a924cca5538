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
  const sheet = { paper: "a4", orientation: "portrait", legend: true, scale: 10_000 } as const;
  expect(groundOf(sheet)).toEqual([1_830, 1_910]);
  expect(groundOf({ ...sheet, scale: 20_000, legend: false })).toEqual([3_660, 4_180]);
});
