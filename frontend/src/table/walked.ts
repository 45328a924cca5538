/** One stop of the Tab key for a row of buttons: arrows walk within it. */

export function walked(back: string, forth: string): (element: HTMLElement) => () => void {
  return (element) => {
    const buttons = (): HTMLElement[] => [...element.querySelectorAll<HTMLElement>("button")];
    const hold = (one: HTMLElement | undefined): void => {
      for (const button of buttons()) button.tabIndex = button === one ? 0 : -1;
    };
    const held = (): HTMLElement | undefined => buttons().find((button) => button.tabIndex === 0);
    const press = (event: KeyboardEvent): void => {
      const all = buttons();
      const at = all.indexOf(document.activeElement as HTMLElement);
      const to = { [back]: at - 1, [forth]: at + 1, Home: 0, End: all.length - 1 }[event.key];
      const next = to === undefined ? undefined : all[to];
      if (at < 0 || !next) return;
      event.preventDefault();
      hold(next);
      next.focus();
    };
    const focus = (event: FocusEvent): void => hold(event.target as HTMLElement);
    const renewed = new MutationObserver(() => hold(held() ?? buttons()[0]));
    hold(buttons()[0]);
    renewed.observe(element, { childList: true });
    element.addEventListener("keydown", press);
    element.addEventListener("focusin", focus);
    return () => {
      renewed.disconnect();
      element.removeEventListener("keydown", press);
      element.removeEventListener("focusin", focus);
    };
  };
}
