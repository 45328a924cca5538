/** What a person entered, checked before it is sent: the server checks again. */

import type { FormField } from "../api/types";
import type { TextKey, TextValues } from "../text/translate";

export type Values = Readonly<Record<string, unknown>>;
export type Faults = Readonly<Record<string, { readonly key: TextKey; readonly values?: TextValues }>>;

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "";

export function faultsOf(fields: readonly FormField[], values: Values): Faults {
  const faults: Record<string, Faults[string]> = {};
  for (const field of fields) {
    const value = values[field.name];
    if (isEmpty(value)) {
      if (field.required) faults[field.name] = { key: "form.required" };
    } else if (value instanceof File) {
      if (field.max_length && value.size > field.max_length)
        faults[field.name] = { key: "form.file.large", values: { max: Math.floor(field.max_length / 2 ** 20) } };
    } else if (field.type === "number" && typeof value === "number") {
      if (field.min !== null && field.min !== undefined && value < field.min)
        faults[field.name] = { key: "form.min", values: { min: field.min } };
      if (field.max !== null && field.max !== undefined && value > field.max)
        faults[field.name] = { key: "form.max", values: { max: field.max } };
    } else if (field.max_length && typeof value === "string" && value.length > field.max_length) {
      faults[field.name] = { key: "form.long", values: { max: field.max_length } };
    }
  }
  return faults;
}

/** Only what was filled in travels. */
export const filled = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
