/** The items of a menu by arrows, as `role="menu"` promises; the first has the focus once it is open. */

export function menuKeys(menu: HTMLElement): () => void {
  const items = (): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const key = (event: KeyboardEvent): void => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };
  items()[0]?.focus();
  menu.addEventListener("keydown", key);
  return () => menu.removeEventListener("keydown", key);
}
