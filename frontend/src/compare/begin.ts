/** A comparison begins with a question already asked: now beside a moment ago, or the past beside now. */

import type { Catalog } from "../api/types";
import { shownLayers } from "../state/layers";
import type { Other, View } from "../state/store";
import { finestStep } from "../time/extent";
import { stepped } from "../time/step";

export function firstOther(now: View, known: Catalog | null, nowMs: number): Other {
  const times = shownLayers(now, known).flatMap((layer) => layer.time ?? []);
  const at = now.at === null && times.length ? stepped(null, -1, finestStep(times), nowMs) : null;
  return { at, layers: null, styles: {} };
}
