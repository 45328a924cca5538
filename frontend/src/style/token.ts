/** Colours of the tokens, for what is drawn without a style sheet: the map and the charts. */

/** The value of a custom property such as `--accent`, in the theme in use. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
