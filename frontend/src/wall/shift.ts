/** A shift (ca trực): somebody is here. Only then does a wall make a sound; browsers, too, wait for a hand. */

import { cell } from "../state/cell";

export interface Shift {
  readonly sinceMs: number;
  /** `waiting`: the page began anew meanwhile, and the browser wants a touch or a key first. */
  readonly sound: "on" | "waiting";
}

const KEY = "geo_ioc.shift";
const NOTES_HZ = [660, 880] as const;
const NOTE_S = 0.22;

export const shift = cell<Shift | null>(null);
let audio: AudioContext | null = null;

function keep(sinceMs: number | null): void {
  try {
    if (sinceMs === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, String(sinceMs));
  } catch {
    return; // The shift then lasts as long as the page.
  }
}

function kept(): number {
  try {
    return Number(localStorage.getItem(KEY));
  } catch {
    return 0;
  }
}

const isLoud = (): boolean => audio?.state === "running";

async function wake(): Promise<void> {
  audio ??= new AudioContext();
  // Without a hand before it, a browser leaves this unanswered.
  await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, 300))]).catch(() => undefined);
  shift.update((now) => now && { ...now, sound: isLoud() ? "on" : "waiting" });
}

export async function startShift(): Promise<void> {
  const sinceMs = Date.now();
  keep(sinceMs);
  shift.set({ sinceMs, sound: "waiting" });
  await wake();
  sound();
}

export function endShift(): void {
  keep(null);
  shift.set(null);
  void audio?.close();
  audio = null;
}

/** Take up a shift that a reload broke off. Returns the way to stop. */
export function resumeShift(): () => void {
  const sinceMs = kept();
  if (sinceMs > 0) {
    shift.set({ sinceMs, sound: "waiting" });
    void wake();
  }
  const touched = (): void => {
    if (shift.get()?.sound === "waiting") void wake();
  };
  addEventListener("pointerdown", touched);
  addEventListener("keydown", touched);
  return () => {
    removeEventListener("pointerdown", touched);
    removeEventListener("keydown", touched);
  };
}

/** Two notes, once: nothing here repeats itself. */
export function sound(): void {
  if (!shift.get() || !audio || !isLoud()) return;
  NOTES_HZ.forEach((hz, place) => {
    if (!audio) return;
    const [tone, volume, from] = [audio.createOscillator(), audio.createGain(), audio.currentTime + place * NOTE_S];
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0.25, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + NOTE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + NOTE_S);
  });
}
