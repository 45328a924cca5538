/** Something that opens over the page closes on Escape and on a press elsewhere. */

export function dismissable(close: () => void): (element: HTMLElement) => () => void {
  return (element) => {
    const press = (event: PointerEvent): void => {
      if (event.target instanceof Node && !element.contains(event.target)) close();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      close();
      // What had the focus goes away: the button that opened it is where to go on.
      element.querySelector<HTMLElement>("[aria-expanded]")?.focus();
    };
    document.addEventListener("pointerdown", press, true);
    element.addEventListener("keydown", key);
    return () => {
      document.removeEventListener("pointerdown", press, true);
      element.removeEventListener("keydown", key);
    };
  };
}
