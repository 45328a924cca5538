/** The panel's own words, fetched with the panel: the first map does without them. */

import { derive } from "../state/cell";
import { language } from "../state/store";
import type { TextValues } from "../text/translate";
import en from "./words/en.json";
import vi from "./words/vi.json";

export type WordKey = keyof typeof vi;

const dictionaries: Readonly<Record<"vi" | "en", Readonly<Record<WordKey, string>>>> = { vi, en };

const speaker =
  (lang: "vi" | "en") =>
  (key: WordKey, values: TextValues = {}): string =>
    dictionaries[lang][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

const speakers = { vi: speaker("vi"), en: speaker("en") };

/** `$w("chart.zoom_in")` in a component. */
export const w = derive([language], (lang) => speakers[lang]);
