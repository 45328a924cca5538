/** Whoever closes what they were reading goes on where they came from; what has gone meanwhile is answered by the map. */

/** To be attached. Called while a component is made: once it stands, something in it may have taken the focus. */
export function returnsFocus(): (element: HTMLElement) => () => void {
  const before = document.activeElement;
  return (element) => () => {
    if (!element.contains(document.activeElement) && document.activeElement !== document.body) return;
    const back =
      before instanceof HTMLElement && before.isConnected && before !== document.body
        ? before
        : document.querySelector<HTMLElement>("#map canvas");
    back?.focus({ preventScroll: true });
  };
}
