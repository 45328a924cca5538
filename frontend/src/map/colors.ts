/** Colours of the tokens, as the map needs them. */

/** The value of a custom property such as `--accent`, in the theme in use. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
