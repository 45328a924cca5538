/** What most people open first is fetched once the map is drawn: it then opens at once, and without a network too. */

import { drawn } from "./state/store";

const PARTS = [
  () => import("./search/Results.svelte"),
  () => import("./panel/PanelHost.svelte"),
  () => import("./table/TableDrawer.svelte"),
];

export function warm(): () => void {
  const stop = drawn.subscribe((view) => {
    if (!view) return;
    queueMicrotask(stop);
    // A part that cannot be had now is asked for again when it is needed, and says so then.
    PARTS.forEach((part) => void part().catch(() => undefined));
  });
  return stop;
}
