import { describe, expect, it } from "vitest";
import {
  fold,
  formatAge,
  formatArea,
  formatDate,
  formatDateTime,
  formatDistance,
  formatLonLat,
  formatNumber,
  formatShort,
  fromLocalInput,
  toLocalInput,
} from "./format";
import { formatValue } from "./value";

/** Spaces that must not break are compared as plain ones. */
const plain = (text: string | null): string => (text ?? "").replace(/\u00a0|\u202f/g, " ");

describe("numbers", () => {
  it("reads 1.234,5 in Vietnamese and 1,234.5 in English", () => {
    expect(formatNumber(1234.5, "vi")).toBe("1.234,5");
    expect(formatNumber(1234.5, "en")).toBe("1,234.5");
  });

  it("keeps the decimals its precision asks for", () => {
    expect(formatNumber(2, "vi", 2)).toBe("2,00");
    expect(formatNumber(2.456, "en", 1)).toBe("2.5");
  });

  it("shortens counts to three digits", () => {
    expect([34, 999, 1200, 12_345, 999_700, 3_400_000].map((value) => formatShort(value, "vi"))).toEqual([
      "34",
      "999",
      "1,2k",
      "12k",
      "1M",
      "3,4M",
    ]);
  });

  it("measures land in m² up to a hectare and ways in m up to a kilometre", () => {
    expect(plain(formatArea(9_999, "vi"))).toBe("9.999,0 m²");
    expect(plain(formatArea(12_543, "vi"))).toBe("1,25 ha");
    expect(plain(formatDistance(640, "vi"))).toBe("640 m");
    expect(plain(formatDistance(2_000, "vi"))).toBe("2 km");
    expect(plain(formatDistance(2_460, "en"))).toBe("2.5 km");
  });
});

describe("times", () => {
  it("are Vietnam's, whatever the browser's zone", () => {
    expect(formatDateTime("2026-11-22T18:05:00Z")).toBe("23/11/2026 01:05");
    expect(formatDate("2026-11-22")).toBe("22/11/2026");
    expect(formatDateTime("2026-11-22")).toBe("22/11/2026");
  });

  it("leave alone what is no time", () => {
    expect(formatDate("quý 1")).toBe("quý 1");
  });

  it("go through an input and back", () => {
    expect(toLocalInput("2026-11-22T01:05:00Z")).toBe("2026-11-22T08:05");
    expect(Date.parse(fromLocalInput("2026-11-22T08:05"))).toBe(Date.parse("2026-11-22T01:05:00Z"));
  });

  it("tell their age in words", () => {
    expect(formatAge(20, "vi")).toBe("vừa xong");
    expect(formatAge(300, "vi")).toBe("5 phút trước");
    expect(formatAge(300, "en")).toBe("5 minutes ago");
    expect(formatAge(7200, "vi")).toBe("2 giờ trước");
  });
});

describe("words of values", () => {
  const level = { type: "text", choices: [{ value: "p", title: { vi: "Tiểu học", en: "Primary" } }] };

  it("take the choice's title, yes and no, and dates", () => {
    expect(formatValue("p", level, "vi")).toBe("Tiểu học");
    expect(formatValue(true, { type: "boolean" }, "en")).toBe("Yes");
    expect(formatValue("2026-09-05", { type: "date" }, "vi")).toBe("05/09/2026");
  });

  it("never make zero of what is missing", () => {
    expect(formatValue(null, level, "vi")).toBeNull();
    expect(formatValue(0, { type: "integer" }, "vi")).toBe("0");
  });

  it("name a place by its sides", () => {
    expect(formatLonLat([106.41781, 11.30185], "vi")).toBe("11,30185° B · 106,41781° Đ");
    expect(formatLonLat([-1, -2], "en")).toBe("2.00000° S · 1.00000° W");
  });

  it("are found without accents", () => {
    expect(fold("Đường Tân Châu")).toBe("duong tan chau");
  });
});
