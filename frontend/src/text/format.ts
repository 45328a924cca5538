/** Numbers, dates, lengths and places as people of the viewer's language write them. */

export type Tongue = "vi" | "en";

const ZONE = "Asia/Ho_Chi_Minh";
/** Be Vietnam Pro draws the narrow no-break space with no width at all, so the ordinary one it is. */
const SPACE = "\u00a0";
/** Vietnamese groups four-digit numbers too (1.234,5); the browsers' own rule for `vi` agrees. */
const LOCALES: Readonly<Record<Tongue, string>> = { vi: "vi-VN", en: "en-GB" };

const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(lang: Tongue, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${lang}${JSON.stringify(options)}`;
  const known = numberFormats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(LOCALES[lang], { useGrouping: true, ...options });
  numberFormats.set(key, made);
  return made;
}

/** `1.234,5` in Vietnamese, `1,234.5` in English; `precision` fixes the decimals. */
export function formatNumber(value: number, lang: Tongue, precision?: number | null): string {
  const digits = precision ?? undefined;
  return numberFormat(lang, {
    ...(digits === undefined ? {} : { minimumFractionDigits: digits }),
    maximumFractionDigits: digits ?? 3,
  }).format(value);
}

/** At most three digits: `34`, `1,2k`, `12k`, `3,4M`. */
export function formatShort(value: number, lang: Tongue): string {
  for (const [size, sign] of [
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (Math.abs(value) < size * 0.9995) continue;
    const scaled = value / size;
    return `${numberFormat(lang, { maximumFractionDigits: Math.abs(scaled) < 9.95 ? 1 : 0 }).format(scaled)}${sign}`;
  }
  return numberFormat(lang, { maximumFractionDigits: 0 }).format(value);
}

export const withUnit = (text: string, unit: string | null | undefined): string =>
  unit ? `${text}${unit === "%" ? "" : SPACE}${unit}` : text;

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** A time as machines write it. Date.parse alone takes "quý 1" for the year 2001. */
export const isTime = (text: string): boolean => ISO.test(text) && !Number.isNaN(Date.parse(text));

function parts(at: Date): Record<string, string> {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: ZONE,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}

/** `22/11/2026`, the same in both languages. A date without a time is taken as it stands. */
export function formatDate(iso: string): string {
  if (DATE_ONLY.test(iso)) return iso.split("-").reverse().join("/");
  if (!isTime(iso)) return iso;
  const p = parts(new Date(iso));
  return `${p.day}/${p.month}/${p.year}`;
}

/** `22/11/2026 14:05` in Vietnam's time. */
export function formatDateTime(iso: string): string {
  if (DATE_ONLY.test(iso)) return formatDate(iso);
  if (!isTime(iso)) return iso;
  const p = parts(new Date(iso));
  return `${formatDate(iso)} ${p.hour}:${p.minute}`;
}

/** For `<input type="datetime-local">`: Vietnam's wall clock. */
export function toLocalInput(iso: string): string {
  const p = parts(new Date(iso));
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`;
}

/** Back from the wall clock; Vietnam keeps UTC+7 the whole year. */
export const fromLocalInput = (text: string): string => `${text.length === 16 ? `${text}:00` : text}+07:00`;

const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** `5 phút trước`, `5 minutes ago`; under a minute: `vừa xong`, `just now`. */
export function formatAge(seconds: number, lang: Tongue): string {
  for (const [unit, size] of AGES) {
    if (seconds < size) continue;
    const count = Math.floor(seconds / size);
    return new Intl.RelativeTimeFormat(LOCALES[lang], { numeric: "always" }).format(-count, unit);
  }
  return lang === "vi" ? "vừa xong" : "just now";
}

/** A length of time in the largest unit it fills: `365 ngày`, `5 phút`. */
export function formatSpan(seconds: number, lang: Tongue): string {
  const [unit, size] = SPANS.find(([, size]) => seconds >= size) ?? ["second", 1];
  return numberFormat(lang, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(
    seconds / size,
  );
}

const SPANS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** Metres, then kilometres; a decimal only where it tells something. */
export function formatDistance(metres: number, lang: Tongue): string {
  const inKm = metres >= 1000;
  const value = inKm ? metres / 1000 : metres;
  return withUnit(numberFormat(lang, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value), inKm ? "km" : "m");
}

/** Square metres up to 10,000, then hectares. */
export function formatArea(squareMetres: number, lang: Tongue): string {
  if (squareMetres < 10_000) return withUnit(formatNumber(squareMetres, lang, 1), "m²");
  return withUnit(formatNumber(squareMetres / 10_000, lang, 2), "ha");
}

/** A quantity in the unit people read it in: large areas become hectares, long distances kilometres. */
export function formatQuantity(
  value: number,
  unit: string | null | undefined,
  lang: Tongue,
  precision?: number | null,
): string {
  if (unit === "m²" && Math.abs(value) >= 10_000) return formatArea(value, lang);
  if (unit === "m" && Math.abs(value) >= 1_000) return formatDistance(value, lang);
  return withUnit(formatNumber(value, lang, precision), unit);
}

/** `11,30185° B · 106,41781° Đ`. */
export function formatLonLat(lonlat: readonly [number, number], lang: Tongue): string {
  const [lon, lat] = lonlat;
  const sides = lang === "vi" ? { n: "B", s: "N", e: "Đ", w: "T" } : { n: "N", s: "S", e: "E", w: "W" };
  const degrees = (value: number): string => `${formatNumber(Math.abs(value), lang, 5)}°`;
  return `${degrees(lat)} ${lat < 0 ? sides.s : sides.n} · ${degrees(lon)} ${lon < 0 ? sides.w : sides.e}`;
}

/** Search without accents, as people type on a phone. */
export const fold = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
