/** The interface's own words; words about data come from the server. Vietnamese is here at once, English when asked. */

import vi from "./vi.json";

export type TextKey = keyof typeof vi;
export type TextValues = Readonly<Record<string, string | number>>;
type Tongue = "vi" | "en";

const dictionaries: { vi: Readonly<Record<TextKey, string>>; en: Readonly<Record<TextKey, string>> | null } = {
  vi,
  en: null,
};

export const isLearned = (language: Tongue): boolean => dictionaries[language] !== null;

/** Fetch the words of a language, once. */
export async function learn(language: Tongue): Promise<void> {
  if (!isLearned(language)) dictionaries.en = (await import("./en.json")).default;
}

/** In Vietnamese until the language has been learnt. */
export function translate(language: Tongue, key: TextKey, values: TextValues = {}): string {
  const words = dictionaries[language] ?? dictionaries.vi;
  return words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
