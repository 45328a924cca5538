import { describe, expect, it } from "vitest";
import { parsePlace } from "./place";

describe("a place typed as numbers", () => {
  it.each([
    ["11.30185, 106.41781"],
    ["106.41781 11.30185"],
    ["11,30185 106,41781"],
    ["11.30185° N, 106.41781° E"],
    ["11,30185° B; 106,41781° Đ"],
  ])("is understood: %s", (text) => {
    expect(parsePlace(text)).toEqual([106.41781, 11.30185]);
  });

  it.each([["thửa 123 tờ 45"], ["12 45"], ["tan chau"], ["200.5, 300.5"], [""]])("is not seen in: %s", (text) => {
    expect(parsePlace(text)).toBeNull();
  });
});
