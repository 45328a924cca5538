import { describe, expect, it } from "vitest";
import { stepped } from "./step";

const NOW = Date.parse("2026-11-22T08:20:00Z");

describe("steps through time", () => {
  it("go back from now to the step just passed", () => {
    expect(stepped(null, -1, 3600, NOW)).toBe("2026-11-22T08:00:00Z");
  });

  it("go on from there", () => {
    expect(stepped("2026-11-22T08:00:00Z", -1, 3600, NOW)).toBe("2026-11-22T07:00:00Z");
    expect(stepped("2026-11-22T06:00:00Z", 1, 3600, NOW)).toBe("2026-11-22T07:00:00Z");
  });

  it("end at now", () => {
    expect(stepped("2026-11-22T08:00:00Z", 1, 3600, NOW)).toBeNull();
  });
});
