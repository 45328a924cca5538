/** One attribute value as words. */

import { formatDate, formatDateTime, formatNumber, formatQuantity, type Tongue } from "./format";

interface Described {
  readonly type: string;
  readonly unit?: string | null;
  readonly precision?: number | null;
  readonly choices?:
    readonly { readonly value: unknown; readonly title: { readonly vi: string; readonly en: string } }[] | null;
}

const YES_NO = { vi: ["Có", "Không"], en: ["Yes", "No"] } as const;

/** Null when there is no value: the caller says so in its own way. */
export function formatValue(value: unknown, attribute: Described, lang: Tongue): string | null {
  if (value === null || value === undefined || value === "") return null;
  const choice = attribute.choices?.find((option) => option.value === value);
  if (choice) return choice.title[lang];
  if (typeof value === "boolean") return YES_NO[lang][value ? 0 : 1];
  if (typeof value === "number") {
    return attribute.unit
      ? formatQuantity(value, attribute.unit, lang, attribute.precision)
      : formatNumber(value, lang, attribute.precision);
  }
  if (attribute.type === "date") return formatDate(String(value));
  if (attribute.type === "datetime") return formatDateTime(String(value));
  return String(value);
}
