import { expect, test } from "vitest";
import { sampleLayer } from "../api/samples";
import { freshnessOf } from "./freshness";

const NOW = Date.parse("2026-11-27T00:00:00Z");
const aged = (updated_at: string | null, promised_s: number | null) =>
  freshnessOf(sampleLayer("a", { updated_at, promised_s }), NOW);

test("data older than promised is late; without a promise or a date it is not", () => {
  expect(aged("2026-11-25T00:00:00Z", 86_400)).toEqual({ ageS: 172_800, promisedS: 86_400, late: true });
  expect(aged("2026-11-26T12:00:00Z", 86_400).late).toBe(false);
  expect(aged("2020-01-01T00:00:00Z", null).late).toBe(false);
  expect(aged(null, 86_400)).toEqual({ ageS: null, promisedS: 86_400, late: false });
});

test("a clock that runs behind the server's makes nothing younger than new", () => {
  expect(aged("2026-11-28T00:00:00Z", 86_400).ageS).toBe(0);
});
