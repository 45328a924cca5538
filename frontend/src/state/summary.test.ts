import { describe, expect, it } from "vitest";
import { scaleOf } from "./summary";

describe("the scale in words", () => {
  it("is rounded to two digits", () => {
    expect(scaleOf(13.2291)).toBe(50_000);
    expect(scaleOf(0.1323)).toBe(500);
    expect(scaleOf(87)).toBe(330_000);
  });
});
