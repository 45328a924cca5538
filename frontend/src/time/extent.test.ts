import { describe, expect, it } from "vitest";
import {
  extentOf,
  finestStep,
  indexAt,
  instantAt,
  memoryOf,
  spanReaching,
  spansFor,
  stepReaching,
  stepsFor,
} from "./extent";

const NOW = Date.parse("2026-11-22T08:20:00Z");
const HOUR = 3600;
const DAY = 86_400;
const instants = { kind: "instant", step_s: 300, keep_s: 3 * DAY } as const;
const valid = { kind: "valid", step_s: DAY, keep_s: null } as const;

describe("the stretch of a slider", () => {
  it("ends now and begins on a whole step", () => {
    const extent = extentOf(HOUR, DAY, NOW);

    expect(instantAt(extent, extent.last)).toBeNull();
    expect(instantAt(extent, extent.last - 1)).toBe("2026-11-22T08:00:00Z");
    expect(instantAt(extent, 0)).toBe("2026-11-21T09:00:00Z");
  });

  it("counts days as Vietnam does", () => {
    const extent = extentOf(DAY, 30 * DAY, NOW);

    expect(instantAt(extent, extent.last - 1)).toBe("2026-11-22");
    expect(instantAt(extent, extent.last - 2)).toBe("2026-11-21");
  });

  it("finds every position again", () => {
    for (const extent of [extentOf(HOUR, DAY, NOW), extentOf(DAY, 731 * DAY, NOW)])
      for (let index = 0; index <= extent.last; index += 1)
        expect(indexAt(extent, instantAt(extent, index))).toBe(index);
  });

  it("holds a time outside itself at its end", () => {
    const extent = extentOf(DAY, 30 * DAY, NOW);

    expect(indexAt(extent, "1999-01-01")).toBe(0);
    expect(indexAt(extent, "2030-01-01")).toBe(extent.last - 1);
  });

  it("reaches the time looked at, with a coarser step where the finest does not", () => {
    const steps = stepsFor(HOUR);
    const reached = (agoS: number): number[] => {
      const step = stepReaching(steps, null, agoS);
      return [step, spanReaching(spansFor(step, null), agoS)];
    };

    expect(reached(0)).toEqual([HOUR, 30 * DAY]);
    expect(reached(500 * DAY)).toEqual([DAY, 731 * DAY]);
    expect(reached(1000 * DAY)).toEqual([DAY, 731 * DAY]);
    expect(stepReaching(steps, 3 * DAY, 500 * DAY)).toBe(DAY);
  });

  it("never steps finer than the layers, nor reaches beyond what they keep", () => {
    expect(finestStep([valid, instants])).toBe(300);
    expect(memoryOf([instants])).toBe(3 * DAY);
    expect(memoryOf([instants, valid])).toBeNull();
    expect(stepsFor(300)[0]).toBe(300);
    expect(Math.min(...stepsFor(DAY))).toBe(DAY);
    expect(Math.max(...spansFor(300, 3 * DAY))).toBe(3 * DAY);
    expect(spansFor(DAY, null)).toContain(731 * DAY);
    expect(spansFor(60, null).every((span) => span / 60 <= 1_500)).toBe(true);
  });
});
