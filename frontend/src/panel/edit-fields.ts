/** The fields of a correction, from what a layer lets be corrected. */

import type { Attribute, FormField, Layer } from "../api/types";
import { PLACE } from "../state/work";

const BARE = {
  choices: [],
  help: null,
  layer: null,
  min: null,
  max: null,
  max_length: null,
  required: false,
  personal: false,
};
const REASON_MAX = 500;
export const REASON = "_reason";

export interface Words {
  readonly say: (text: Attribute["title"]) => string;
  readonly place: string;
  readonly yes: string;
  readonly no: string;
}

export function editFields(layer: Layer, words: Words): readonly FormField[] {
  const place: FormField = { ...BARE, name: PLACE, type: "geometry", title: words.place };
  const attributes = layer.attributes.filter((attribute) => attribute.editable);
  return [...attributes.map((attribute) => fieldOf(attribute, words)), ...(layer.movable ? [place] : [])];
}

export const reasonField = (title: string, help: string): FormField => ({
  ...BARE,
  name: REASON,
  type: "text",
  title,
  required: true,
  help,
  max_length: REASON_MAX,
});

function fieldOf(attribute: Attribute, { say, yes, no }: Words): FormField {
  const title = `${say(attribute.title)}${attribute.unit ? ` (${attribute.unit})` : ""}`;
  const named = attribute.choices?.map((choice) => ({ value: choice.value, title: say(choice.title) }));
  const yesNo = [
    { value: true, title: yes },
    { value: false, title: no },
  ];
  const choices = named ?? (attribute.type === "boolean" ? yesNo : []);
  return { ...BARE, name: attribute.name, type: choices.length ? "choice" : typeOf(attribute), title, choices };
}

function typeOf({ type }: Attribute): FormField["type"] {
  if (type === "integer" || type === "number") return "number";
  return type === "date" ? "date" : "text";
}
