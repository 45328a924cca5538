/** Nobody has touched the screen for a while. */

const DEFAULT_S = 90;
const LEAST_S = 5;
const ACTS = ["pointerdown", "pointermove", "wheel", "keydown", "touchstart"] as const;

/** Seconds of `idle=`; the usual where it is none. */
export function idleSeconds(search: string): number {
  const asked = Number(new URLSearchParams(search).get("idle"));
  return Number.isFinite(asked) && asked >= LEAST_S ? asked : DEFAULT_S;
}

/** Calls back once per pause; returns the way to stop. */
export function whenIdle(seconds: number, leave: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const act = (): void => {
    clearTimeout(timer);
    timer = setTimeout(leave, seconds * 1000);
  };
  ACTS.forEach((name) => addEventListener(name, act, { capture: true, passive: true }));
  return () => {
    clearTimeout(timer);
    ACTS.forEach((name) => removeEventListener(name, act, { capture: true }));
  };
}
