/** What is being written in a form, kept in this tab until it is sent: a reload or a lost session takes nothing away. */

const PREFIX = "geo_ioc.draft.";

/** Files cannot be kept. */
const isKept = (value: unknown): boolean => !(value instanceof File) && value !== undefined;

export function readDraft(key: string): Readonly<Record<string, unknown>> | null {
  try {
    const text = sessionStorage.getItem(PREFIX + key);
    const draft: unknown = text === null ? null : JSON.parse(text);
    return typeof draft === "object" ? (draft as Record<string, unknown> | null) : null;
  } catch {
    return null; // Storage is refused in some private modes, or holds what an older release wrote.
  }
}

export function keepDraft(key: string, values: Readonly<Record<string, unknown>>): void {
  const kept = Object.fromEntries(Object.entries(values).filter(([, value]) => isKept(value)));
  try {
    if (Object.keys(kept).length) sessionStorage.setItem(PREFIX + key, JSON.stringify(kept));
    else sessionStorage.removeItem(PREFIX + key);
  } catch {
    return; // The form itself still holds it.
  }
}

export const dropDraft = (key: string): void => keepDraft(key, {});
