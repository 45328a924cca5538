import { describe, expect, it } from "vitest";
import { sampleChart } from "../../api/samples";
import { axisWords, isDaily, momentWords } from "./axis";
import { chartData, facetsOf, isOver, moved, stepOf, valueNear, zoomed } from "./data";
import { secondsOf } from "./time";

const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
const every = (hours: readonly number[], value = 1): [string, number | null][] =>
  hours.map((hour) => [at(hour), value]);

describe("a chart's data", () => {
  it("stands on one time axis: a told gap is a gap, another series' time is none", () => {
    const data = chartData(
      sampleChart(
        {
          name: "a",
          points: [
            [at(0), 1],
            [at(2), null],
          ],
        },
        { name: "b", points: [[at(1), 5]], limit: [[at(0), 9]], limit_source: "QCVN" },
      ),
    );

    expect(data.times).toHaveLength(3);
    expect(data.columns.map(({ name, limit, values }) => [name, limit, values])).toEqual([
      ["a", false, [1, undefined, null]],
      ["b", false, [undefined, 5, undefined]],
      ["QCVN", true, [9, 9, 9]],
    ]);
  });

  it("breaks a regular series where it fell silent, and adds no row for it", () => {
    const data = chartData(sampleChart({ name: "a", points: every([0, 1, 2, 3, 4, 5, 6, 7, 12, 13]) }));

    const silent = data.times.filter((_, place) => data.columns[0]?.values[place] === null);
    expect(silent).toEqual([8, 9, 10, 11].map((hour) => Date.parse(at(hour)) / 1000));
    expect(data.times.filter((_, place) => !data.told[place])).toEqual(silent);
    expect(data.told.filter(Boolean)).toHaveLength(10);
  });

  it("breaks nothing in a series without a usual step", () => {
    const data = chartData(sampleChart({ name: "a", points: every([0, 1, 9, 10, 40, 41, 90]) }));

    expect(data.columns[0]?.values).not.toContain(null);
    expect(stepOf(data.times)).toBe(0);
  });

  it("holds a limit until the next one and tells what lies above it", () => {
    const limit: [string, number][] = [
      [at(0), 10],
      [at(2), 3],
    ];
    const data = chartData(sampleChart({ name: "a", points: every([0, 1, 2, 3], 5), limit, limit_source: "QCVN" }));
    const [own, held] = data.columns;

    expect(held?.values).toEqual([10, 10, 3, 3]);
    expect(own && [0, 1, 2, 3].map((place) => isOver(data, own, place))).toEqual([false, false, true, true]);
  });

  it("reads the nearest value of a series that has none at that very time", () => {
    const data = chartData(
      sampleChart({ name: "a", points: every([0, 2, 4, 6]) }, { name: "b", points: every([1, 3, 5, 7]) }),
    );
    const [a] = data.columns;

    expect(a && valueNear(data, a, 1)).toEqual({ value: 1, at: data.times[0] });
  });

  it("sets each unit apart, and each series where they are more than five", () => {
    const two = chartData(
      sampleChart({ name: "a", unit: "µg/m³", points: every([0]) }, { name: "b", unit: "°C", points: every([0]) }),
    );
    expect(facetsOf(two).map(({ title, unit }) => [title, unit])).toEqual([
      ["a", "µg/m³"],
      ["b", "°C"],
    ]);

    const names = ["a", "b", "c", "d", "e", "f"];
    const six = chartData(sampleChart(...names.map((name) => ({ name, points: every([0]) }))));
    expect(facetsOf(six).map((facet) => facet.title)).toEqual(names);
  });

  it("shows a limit that series share once", () => {
    const limit: [string, number][] = [[at(0), 9]];
    const shared = { points: every([0, 1]), limit, limit_source: "QCVN" };
    const [facet] = facetsOf(chartData(sampleChart({ name: "a", ...shared }, { name: "b", ...shared })));

    expect(facet?.columns.map((column) => column.limit)).toEqual([false, true, false]);
  });
});

describe("zoom", () => {
  const times = Array.from({ length: 101 }, (_, hour) => hour * 3600);

  it("halves around a place, stays inside and ends at the whole", () => {
    const half = zoomed(times, null, 0.5, 0);
    expect(half).toEqual([0, 180_000]);
    expect(moved(times, half, 5)).toEqual([180_000, 360_000]);
    expect(zoomed(times, half, 2)).toBeNull();
  });

  it("goes no nearer than three readings", () => {
    const [from, to] = zoomed(times, [0, 4 * 3600], 0.01) ?? [0, 0];
    expect(to - from).toBe(3 * 3600);
  });
});

describe("words on the time axis", () => {
  it("places a date at its beginning in Vietnam", () => {
    expect(secondsOf("2026-01-02")).toBe(Date.parse("2026-01-01T17:00:00Z") / 1000);
  });

  it("names the day at the first tick and where a day begins", () => {
    const ticks = ["2026-01-01T18:00:00+07:00", "2026-01-02", "2026-01-02T06:00:00+07:00"].map(secondsOf);

    expect(axisWords(ticks, 6 * 3600, "vi")).toEqual(["18:00\nT5 01/01", "00:00\nT6 02/01", "06:00"]);
    expect(axisWords(ticks, 6 * 3600, "en")[1]).toBe("00:00\nFri 02/01");
  });

  it("tells days, months and years by the step", () => {
    const tick = [secondsOf("2026-01-02")];

    expect(axisWords(tick, 86_400, "vi")).toEqual(["T6 02/01"]);
    expect(axisWords(tick, 30 * 86_400, "vi")).toEqual(["01/2026"]);
    expect(axisWords(tick, 365 * 86_400, "vi")).toEqual(["2026"]);
  });

  it("tells no hour where the data has none", () => {
    const block = sampleChart({ name: "a", points: [["2026-01-02", 1]] });

    expect(momentWords(secondsOf("2026-01-02"), isDaily(block))).toBe("02/01/2026");
  });
});
