import { describe, expect, it } from "vitest";
import { sampleChart } from "../../api/samples";
import type { ChartSeries } from "../../api/types";
import { chartData, valueNear } from "./data";
import { legendOf, markAt, wordsOf } from "./marks";
import { secondsOf } from "./time";

const at = (hour: number, minute = 0): string => new Date(Date.UTC(2026, 0, 1, hour, minute)).toISOString();
const mark = (from: string, to: string, more: Partial<ChartSeries["marks"][number]> = {}) => ({
  start: from,
  end: to,
  title: "Nghi ngờ",
  text: "gai nhọn",
  level: "warning" as const,
  points: [],
  ...more,
});
const line = (...values: (number | null)[]): [string, number | null][] =>
  values.map((value, hour) => [at(hour), value]);

describe("a marked stretch of a chart", () => {
  it("gives what the line leaves out at its own time, and the line stays broken there", () => {
    const marks = [
      mark(at(1), at(2), {
        points: [
          [at(1), 90],
          [at(2), 95],
        ],
      }),
    ];
    const data = chartData(sampleChart({ name: "a", points: line(10, null).concat([[at(3), 12]]), marks }));
    const [own] = data.columns;

    expect(own?.values).toEqual([10, null, null, 12]);
    expect(own && [0, 1, 2, 3].map((hour) => markAt(own, secondsOf(at(hour)))?.value)).toEqual([
      undefined,
      90,
      95,
      undefined,
    ]);
  });

  it("has a time of its own between two readings, at which the line goes on", () => {
    const marks = [mark(at(1, 20), at(1, 40))];
    const data = chartData(sampleChart({ name: "a", points: line(10, 11, 12), marks }));
    const [own] = data.columns;

    expect(data.times).toContain(secondsOf(at(1, 20)));
    expect(data.told).not.toContain(false);
    expect(own && valueNear(data, own, 2)?.value).toBe(11);
    expect(own?.values).not.toContain(null);
  });

  it("adds no time where readings lie in it", () => {
    const data = chartData(sampleChart({ name: "a", points: line(10, 11, 12), marks: [mark(at(0, 30), at(2))] }));

    expect(data.times).toHaveLength(3);
  });

  it("belongs to its series alone", () => {
    const data = chartData(
      sampleChart({ name: "a", points: line(1, 2), marks: [mark(at(0), at(1))] }, { name: "b", points: line(3, 4) }),
    );

    expect(data.columns.map((column) => markAt(column, secondsOf(at(1)))?.mark.title)).toEqual(["Nghi ngờ", undefined]);
  });

  it("is named once a kind in the legend, with the number of stretches", () => {
    const marks = [
      mark(at(0), at(0)),
      mark(at(1), at(1), { text: null }),
      mark(at(2), at(2), { title: "Hỏng", level: "danger" }),
    ];
    const data = chartData(sampleChart({ name: "a", points: line(1, 2, 3), marks }));

    expect(legendOf(data.columns)).toEqual([
      { title: "Nghi ngờ", level: "warning", count: 2 },
      { title: "Hỏng", level: "danger", count: 1 },
    ]);
    expect(data.columns[0]?.marks.map(wordsOf)).toEqual(["Nghi ngờ: gai nhọn", "Nghi ngờ", "Hỏng: gai nhọn"]);
  });
});
