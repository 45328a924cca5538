/** Light or dark: as the system asks, until the person chooses. */

import { profile } from "../api/profile";
import { theme, type Theme } from "./store";

const KEY = "geo_ioc.theme";

const isTheme = (text: string | null): text is Theme => text === "light" || text === "dark";

function stored(): Theme | null {
  // A room of screens is dark, whatever the desk in this browser prefers.
  if (profile === "wall") return "dark";
  try {
    const text = localStorage.getItem(KEY);
    return isTheme(text) ? text : null;
  } catch {
    return null; // Storage is refused in some private modes; the system's wish then holds.
  }
}

export function bindTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const wished = (): Theme => (dark.matches ? "dark" : "light");
  theme.set(stored() ?? wished());
  dark.addEventListener("change", () => {
    if (stored() === null) theme.set(wished());
  });
  theme.subscribe((now) => (document.documentElement.dataset.theme = now));
}

export function toggleTheme(): void {
  theme.update((now) => (now === "light" ? "dark" : "light"));
  try {
    localStorage.setItem(KEY, theme.get());
  } catch {
    return; // The choice then lasts as long as the page.
  }
}
