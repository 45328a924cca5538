import { describe, expect, it } from "vitest";
import type { Attribute, Counts, Layer } from "../api/types";
import { fromCql2, toCql2, withTerm, type LayerFilter } from "../state/filter";
import { instantsOf } from "../state/over-time";
import { bandBars, dayBars, isChosen, legendBars, pressed, valueBars, type Bar } from "./bars";
import { daysOf } from "./days";
import { subjectsOf } from "./subjects";

const text = (words: string): { vi: string; en: string } => ({ vi: words, en: words });
const attribute = (name: string, type: Attribute["type"], choices: string[] | null = null): Attribute => ({
  name,
  type,
  title: text(name),
  unit: null,
  precision: null,
  choices: choices?.map((value) => ({ value, title: text(value), color: `#${value}`, icon: null })) ?? null,
  live: false,
  editable: false,
  from_zoom: null,
});
const use = attribute("use", "text", ["rice", "house"]);
const area = attribute("area", "number");
const counts = (by: string, groups: [string | number | null, number | null, number?][], total: number): Counts => ({
  by,
  total,
  truncated: false,
  groups: groups.map(([value, count, to]) => ({ value, count, to: to ?? null, title: text(String(value)) })),
});
const layer = {
  id: "plots",
  attributes: [attribute("name", "text"), area, use],
  filters: [{ kind: "choice", attribute: "use" }],
  legend: {
    use: [
      { title: text("Rice"), color: "#1", shape: "fill", value: "rice" },
      { title: text("House"), color: "#2", shape: "fill", value: "house" },
    ],
    size: [
      { title: text("Small"), color: "#1", shape: "fill", from: 0, to: 50 },
      { title: text("Large"), color: "#2", shape: "fill", from: 50, to: null },
    ],
    plain: [{ title: text("All"), color: "#1", shape: "fill" }],
  },
  time: { kind: "valid", step_s: 86_400, keep_s: null },
} as unknown as Layer;

const none: LayerFilter = { terms: {} };
const press = (bar: Bar | undefined, by: string, filter: LayerFilter): LayerFilter =>
  bar ? withTerm(filter, by, pressed(bar, by, filter)) : filter;

describe("what can be charted", () => {
  it("is the legend, then what the layer filters by, then numbers, then time; never a free text", () => {
    expect(subjectsOf(layer, "use").map((one) => one.key)).toEqual(["style.use", "by.use", "by.area", "time"]);
    expect(subjectsOf(layer, "plain").map((one) => one.key)).toEqual(["by.use", "by.area", "time"]);
  });
});

describe("bars", () => {
  it("of a legend wear its colours, tell its numbers and what it draws grey", () => {
    const bars = legendBars(layer, "use", counts("use", [["rice", 3], [null, 2]], 5)); // prettier-ignore
    expect(bars.list.map((bar) => [bar.color, bar.count])).toEqual([["#1", 3], ["#2", 0], [null, 2]]); // prettier-ignore
    expect(toCql2(press(bars.list[2], "use", none))).toBe("use IS NULL");
  });

  it("of a legend's bands filter by just the band", () => {
    const [small, large] = legendBars(layer, "size", counts("area", [[0, 3], [50, 4]], 7)).list; // prettier-ignore
    expect(toCql2(press(small, "area", none))).toBe("area >= 0 AND area < 50");
    expect(toCql2(press(large, "area", none))).toBe("area >= 50");
  });

  it("add a value to the filter and take it out again", () => {
    const [rice, house] = valueBars(use, counts("use", [["rice", 3]], 3)).list;
    const both = press(house, "use", press(rice, "use", none));
    expect(toCql2(both)).toBe("use IN ('rice', 'house')");
    expect(rice && isChosen(rice, "use", both)).toBe(true);
    expect(toCql2(press(rice, "use", both))).toBe("use = 'house'");
    expect(toCql2(press(house, "use", press(rice, "use", both)))).toBeNull();
  });

  it("of a number hold the lower end of their band, not the upper", () => {
    const [first, , missing] = bandBars(area, counts("area", [[0, 1, 20], [20, 0, 40], [null, 2]], 3)).list; // prettier-ignore
    const filter = press(first, "area", none);
    expect(toCql2(filter)).toBe("area >= 0 AND area < 20");
    expect(fromCql2("area >= 0 AND area < 20")).toEqual(filter);
    expect(toCql2(press(first, "area", filter))).toBeNull();
    expect([missing?.isNoData, missing?.count]).toEqual([true, 2]);
  });

  it("say how much they leave out, unless a number is not told", () => {
    const many = Array.from({ length: 50 }, (_, n): [string, number] => [`v${n}`, 2]);
    expect(valueBars(attribute("a", "text"), counts("a", many, 100)).beyond).toEqual({ count: 20, values: 10 });
    const few = many.map(([value, count], n): [string, number | null] => [value, n ? count : null]);
    expect(valueBars(attribute("a", "text"), counts("a", few, 100)).beyond).toEqual({ count: null, values: 10 });
  });
});

describe("days", () => {
  const groups = (...days: [string, number | null][]): Counts["groups"] => counts("d", days, 0).groups;

  it("become the finest stretches that can be read, empty ones too", () => {
    expect(daysOf(groups(["2026-11-01", 1], ["2026-11-03", 2]), false).map((one) => one.count)).toEqual([1, 0, 2]);
    expect(
      daysOf(groups(["2025-12-31", 1], ["2026-03-02", 2]), false).map((one) => [one.key, one.from, one.to]),
    ).toEqual([
      ["2025-12", "2025-12-01", "2025-12-31"],
      ["2026-01", "2026-01-01", "2026-01-31"],
      ["2026-02", "2026-02-01", "2026-02-28"],
      ["2026-03", "2026-03-01", "2026-03-31"],
    ]);
    expect(daysOf(groups(["1980-05-05", 1], ["1990-01-01", null]), false).at(-1)).toMatchObject({
      key: "1990",
      to: "1990-12-31",
      count: null,
    });
  });

  it("of moments end in Vietnam's night", () => {
    const [bar] = dayBars(attribute("at", "datetime"), counts("at", [["2026-11-22T18:00:00Z", 1]], 1)).list;
    expect(toCql2(press(bar, "at", none))).toBe(
      "at >= TIMESTAMP('2026-11-22T17:00:00Z') AND at <= TIMESTAMP('2026-11-23T16:59:59Z')",
    );
  });
});

describe("instants", () => {
  it("lie on whole steps, the last is now, none is older than what is kept", () => {
    const now = Date.parse("2026-11-27T14:00:00Z");
    const days = instantsOf({ kind: "valid", step_s: 86_400, keep_s: null }, now);
    expect([days.length, days[0], days.at(-1)]).toEqual([12, "2024-11-26", null]);
    const hours = instantsOf({ kind: "instant", step_s: 3_600, keep_s: 4 * 3_600 }, now);
    expect(hours).toEqual([
      "2026-11-27T10:00:00Z",
      "2026-11-27T11:00:00Z",
      "2026-11-27T12:00:00Z",
      "2026-11-27T13:00:00Z",
      null,
    ]);
  });
});
