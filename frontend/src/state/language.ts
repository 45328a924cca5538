/** The interface's words in the language in use. */

import type { AnyText, Language } from "../api/types";
import { isLearned, learn, translate, type TextKey, type TextValues } from "../text/translate";
import { cell, derive } from "./cell";
import { language, view } from "./store";

/** `$t("panel.updated", {age})` in a component. Stable per language, so subscribers hear only of a change. */
const speakers = {
  vi: (key: TextKey, values?: TextValues): string => translate("vi", key, values),
  en: (key: TextKey, values?: TextValues): string => translate("en", key, values),
};
const lessons = cell(0);
language.subscribe((lang) => {
  if (isLearned(lang)) return;
  // Without its words the page stays Vietnamese.
  learn(lang).then(
    () => lessons.update((count) => count + 1),
    () => undefined,
  );
});
export const t = derive([language, lessons], (lang) => speakers[isLearned(lang) ? lang : "vi"]);

/** A text of the data in the language in use; texts of panels are plain strings already. */
const readers = {
  vi: (text: AnyText | null | undefined): string => (typeof text === "string" ? text : (text?.vi ?? "")),
  en: (text: AnyText | null | undefined): string => (typeof text === "string" ? text : text?.en || (text?.vi ?? "")),
};
export const say = derive([language], (lang) => readers[lang]);

export function setLanguage(lang: Language): void {
  document.cookie = `django_language=${lang}; path=/; max-age=31536000; samesite=lax`;
  view.update((now) => ({ ...now, language: lang }));
}
