/** The screen stays lit, and the pointer goes away when nobody moves it. */

const STILL_MS = 4_000;

/** Keep the screen from sleeping while the page is in view, where the browser lets us. Returns the way to stop. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  const hold = async (): Promise<void> => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    // Refused on a low battery, or without HTTPS: the screen's own settings then decide.
    lock = await navigator.wakeLock.request("screen").catch(() => null);
  };
  const again = (): void => void hold();
  again();
  document.addEventListener("visibilitychange", again);
  return () => {
    document.removeEventListener("visibilitychange", again);
    void lock?.release();
  };
}

/** Tell when a hand comes to the pointer or the keys, and when it has been away for a while. */
export function watchHand(tell: (here: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const moved = (): void => {
    tell(true);
    clearTimeout(timer);
    timer = setTimeout(() => tell(false), STILL_MS);
  };
  const events = ["pointermove", "pointerdown", "keydown"] as const;
  events.forEach((name) => addEventListener(name, moved));
  timer = setTimeout(() => tell(false), STILL_MS);
  return () => {
    clearTimeout(timer);
    events.forEach((name) => removeEventListener(name, moved));
  };
}
