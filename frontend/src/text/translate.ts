/** The interface's own words; words about data come from the server. */

import en from "./en.json";
import vi from "./vi.json";

export type TextKey = keyof typeof vi;
export type TextValues = Readonly<Record<string, string | number>>;

const DICTIONARIES: Readonly<Record<"vi" | "en", Readonly<Record<TextKey, string>>>> = { vi, en };

export function translate(language: "vi" | "en", key: TextKey, values: TextValues = {}): string {
  return DICTIONARIES[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
