import { describe, expect, it } from "vitest";
import { dayOf, instantOf, stepped } from "./step";

const NOW = Date.parse("2026-11-22T08:20:00Z");

describe("steps through time", () => {
  it("go back from now to the step just passed", () => {
    expect(stepped(null, -1, 3600, NOW)).toBe("2026-11-22T08:00:00Z");
  });

  it("go on from there", () => {
    expect(stepped("2026-11-22T08:00:00Z", -1, 3600, NOW)).toBe("2026-11-22T07:00:00Z");
    expect(stepped("2026-11-22T06:00:00Z", 1, 3600, NOW)).toBe("2026-11-22T07:00:00Z");
  });

  it("count days as Vietnam does", () => {
    const night = Date.parse("2026-11-22T18:00:00Z"); // 01:00 on the 23rd in Vietnam

    expect(stepped(null, -1, 86_400, night)).toBe("2026-11-23");
    expect(stepped("2026-11-22", -1, 86_400, night)).toBe("2026-11-21");
    expect(stepped("2026-11-22", 1, 86_400, night)).toBe("2026-11-23");
    expect(dayOf(instantOf("2026-11-22"))).toBe("2026-11-22");
  });

  it("end at now", () => {
    expect(stepped("2026-11-22T08:00:00Z", 1, 3600, NOW)).toBeNull();
  });
});
