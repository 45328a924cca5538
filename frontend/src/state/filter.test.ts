import { describe, expect, it } from "vitest";
import { fromCql2, NO_FILTER, termCount, toCql2, withTerm, type LayerFilter } from "./filter";

const terms = (all: LayerFilter["terms"]): LayerFilter => ({ terms: all });

describe("a filter as CQL2 text", () => {
  it.each<[string, LayerFilter]>([
    ["kind = 'air'", terms({ kind: { kind: "choice", values: ["air"] } })],
    ["kind IN ('air', 'soil')", terms({ kind: { kind: "choice", values: ["air", "soil"] } })],
    ["name = 'Ea H''Leo'", terms({ name: { kind: "choice", values: ["Ea H'Leo"] } })],
    ["open = TRUE", terms({ open: { kind: "choice", values: [true] } })],
    ["level IN (1, 2)", terms({ level: { kind: "choice", values: [1, 2] } })],
    ["kind IS NULL", terms({ kind: { kind: "choice", values: [null] } })],
    ["(kind = 'air' OR kind IS NULL)", terms({ kind: { kind: "choice", values: ["air", null] } })],
    ["aqi >= 50 AND aqi <= 100.5", terms({ aqi: { kind: "range", from: 50, to: 100.5 } })],
    ["aqi >= -3", terms({ aqi: { kind: "range", from: -3, to: null } })],
    ["on >= DATE('2026-01-01')", terms({ on: { kind: "during", from: "2026-01-01", to: null } })],
    [
      "at <= TIMESTAMP('2026-01-01T00:00:00Z')",
      terms({ at: { kind: "during", from: null, to: "2026-01-01T00:00:00Z" } }),
    ],
    [
      "kind = 'air' AND aqi >= 50",
      terms({ kind: { kind: "choice", values: ["air"] }, aqi: { kind: "range", from: 50, to: null } }),
    ],
  ])("writes and reads %s", (text, filter) => {
    expect(toCql2(filter)).toBe(text);
    expect(fromCql2(text)).toEqual(filter);
  });

  it("is null when nothing is filtered", () => {
    expect(toCql2(NO_FILTER)).toBeNull();
    expect(toCql2(undefined)).toBeNull();
    expect(toCql2(terms({ kind: { kind: "choice", values: [] } }))).toBeNull();
  });

  it.each([
    "name LIKE 'a%'",
    "a = 1 OR b = 2",
    "(a = 1 OR b = 2)",
    "a = 1 AND a = 2",
    "a >",
    "a = 'open",
    "NOT a = 1",
    "(a >= 600 OR a <= 120)",
    "a >= 500 AND a >= 100",
    "b = 1 AND (b = 2 OR b = 3)",
  ])("keeps what a form cannot show: %s", (text) => {
    expect(fromCql2(text)).toEqual({ terms: {}, raw: text });
    expect(toCql2(fromCql2(text))).toBe(text);
  });

  it("drops a term that says nothing", () => {
    const filter = withTerm(terms({ a: { kind: "choice", values: [1] } }), "a", { kind: "choice", values: [] });

    expect(filter).toEqual({ terms: {} });
    expect(termCount(filter)).toBe(0);
  });
});
