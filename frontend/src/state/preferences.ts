/** What a person chose for this browser. */

import { cell, type Cell } from "./cell";

function kept(name: string, initial: boolean): Cell<boolean> {
  const key = `geo_ioc.${name}`;
  let start = initial;
  try {
    start = (localStorage.getItem(key) ?? String(initial)) === "true";
  } catch {
    // Storage is refused in some private modes: the choice then lasts as long as the page.
  }
  const value = cell(start);
  value.subscribe((now) => {
    try {
      if (now === initial) localStorage.removeItem(key);
      else localStorage.setItem(key, String(now));
    } catch {
      return;
    }
  });
  return value;
}

/** Single keys work from anywhere on the page; speech input may set them off by mistake (WCAG 2.1.4). */
export const shortcuts = kept("shortcuts", true);
/** Areas coloured by category are hatched as well: from the start where the system asks for more than colours. */
export const patterns = kept("patterns", matchMedia("(prefers-contrast: more), (forced-colors: active)").matches);
/** The view is told in words whenever the map has come to rest. */
export const spoken = kept("spoken", false);
