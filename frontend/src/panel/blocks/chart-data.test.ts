import { describe, expect, it } from "vitest";
import { sampleChart } from "../../api/samples";
import { chartData, momentWords, secondsOf, timeWords } from "./chart-data";

describe("a chart's data", () => {
  it("stands on one time axis, gaps stay gaps", () => {
    const data = chartData(
      sampleChart(
        {
          name: "a",
          points: [
            ["2026-01-01T00:00:00Z", 1],
            ["2026-01-01T02:00:00Z", null],
          ],
        },
        {
          name: "b",
          points: [["2026-01-01T01:00:00Z", 5]],
          limit: [["2026-01-01T00:00:00Z", 9]],
          limit_source: "QCVN",
        },
      ),
    );

    expect(data.times).toHaveLength(3);
    expect(data.columns.map(({ name, limit, values }) => [name, limit, values])).toEqual([
      ["a", false, [1, null, null]],
      ["b", false, [null, 5, null]],
      ["QCVN", true, [9, null, null]],
    ]);
  });

  it("places a date at its beginning in Vietnam", () => {
    expect(secondsOf("2026-01-02")).toBe(Date.parse("2026-01-01T17:00:00Z") / 1000);
  });

  it("names the day at midnight and the hour between", () => {
    expect(timeWords(secondsOf("2026-01-02"), 3600)).toBe("02/01");
    expect(timeWords(secondsOf("2026-01-02T06:00:00+07:00"), 3600)).toBe("06:00");
    expect(timeWords(secondsOf("2026-01-02"), 30 * 86_400)).toBe("01/2026");
  });

  it("tells no hour where the data has none", () => {
    const block = sampleChart({ name: "a", points: [["2026-01-02", 1]] });

    expect(momentWords(secondsOf("2026-01-02"), block)).toBe("02/01/2026");
  });
});
