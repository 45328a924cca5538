/** The interface's own words, fetched beside the map; words about data come from the server. */

import type vi from "./vi.json";

export type TextKey = keyof typeof vi;
export type TextValues = Readonly<Record<string, string | number>>;
type Tongue = "vi" | "en";
type Dictionary = Readonly<Record<TextKey, string>>;

const dictionaries: Record<Tongue, Dictionary | null> = { vi: null, en: null };
const books = { vi: () => import("./vi.json"), en: () => import("./en.json") };

export const isLearned = (language: Tongue): boolean => dictionaries[language] !== null;

/** Fetch the words of a language, once. */
export async function learn(language: Tongue): Promise<void> {
  dictionaries[language] ??= (await books[language]()).default;
}

/** In Vietnamese until the language has been learnt; nothing until Vietnamese has. */
export function translate(language: Tongue, key: TextKey, values: TextValues = {}): string {
  const words = dictionaries[language] ?? dictionaries.vi;
  return words ? words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : "";
}
