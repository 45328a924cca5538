/** Whoever closes what they were reading goes on where they came from; what has gone meanwhile is answered by the map. */

export function returnsFocus(element: HTMLElement): () => void {
  const before = document.activeElement;
  return () => {
    if (!element.contains(document.activeElement) && document.activeElement !== document.body) return;
    const back =
      before instanceof HTMLElement && before.isConnected && before !== document.body
        ? before
        : document.querySelector<HTMLElement>("#map canvas");
    back?.focus({ preventScroll: true });
  };
}
