/** The panels on screen: the selected feature's, and those pinned: beside it where there is room, else as tabs. */

import { ApiError } from "../api/client";
import { fetchPanel, type FeatureAddress } from "../api/layers";
import type { Panel } from "../api/types";
import { cell, derive } from "./cell";
import { timed } from "./compare";
import { layerOf, rowsOf } from "./layers";
import { cameraWish, catalog, featureKey, language, lastChange, sameFeature, view } from "./store";

export interface OpenPanel {
  readonly feature: FeatureAddress;
  readonly pinned: boolean;
  readonly status: "loading" | "ready" | "error";
  readonly panel: Panel | null;
  readonly error: ApiError | null;
}

export const MAX_PINNED = 8;
const REFRESH_MS = 400;

export const openPanels = cell<readonly OpenPanel[]>([]);

function patch(feature: FeatureAddress, change: Partial<OpenPanel>): void {
  openPanels.update((list) => list.map((open) => (sameFeature(open.feature, feature) ? { ...open, ...change } : open)));
}

const asking = new Map<string, AbortController>();

/** Ask the server for the panel; what is shown stays until the answer is here. */
export async function loadPanel(feature: FeatureAddress): Promise<void> {
  const key = featureKey(feature);
  asking.get(key)?.abort();
  const abort = new AbortController();
  asking.set(key, abort);
  const layer = layerOf(catalog.get(), feature.layer);
  const rows = layer ? rowsOf(timed(view.get(), feature), layer) : { filter: null, at: view.get().at };
  try {
    const panel = await fetchPanel(feature, { lang: language.get(), ...rows }, abort.signal);
    const first = openPanels.get().some((open) => open.status === "loading" && sameFeature(open.feature, feature));
    patch(feature, { status: "ready", panel, error: null });
    const front = sameFeature(view.get().selection, feature);
    if (first && front && panel.lonlat) cameraWish.set({ kind: "reveal", lonlat: panel.lonlat });
  } catch (error) {
    if (abort.signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    // What was there stays readable beside what went wrong; what is gone or refused does not.
    const kept = error.isTemporary || error.status >= 500 ? {} : { panel: null };
    patch(feature, { status: "error", error, ...kept });
  } finally {
    if (asking.get(key) === abort) asking.delete(key);
  }
}

/** An action's answer is the new panel. */
export const showPanel = (feature: FeatureAddress, panel: Panel): void =>
  patch(feature, { status: "ready", panel, error: null });

/** What is no more gives its place, and its pin, to what it became. */
export function replacePanel(feature: FeatureAddress, next: FeatureAddress): void {
  const { get, set } = openPanels;
  const pinned = get().some(
    (open) => open.pinned && (sameFeature(open.feature, feature) || sameFeature(open.feature, next)),
  );
  const fresh = { feature: next, pinned, status: "loading", panel: null, error: null } as const;
  set(
    get()
      .filter((open) => !sameFeature(open.feature, next))
      .map((open) => (sameFeature(open.feature, feature) ? fresh : open)),
  );
  view.update((now) => ({
    ...now,
    pinned: pinnedOf(get()),
    selection: sameFeature(now.selection, feature) ? next : now.selection,
  }));
  void loadPanel(next);
}

/** A word for the panel of a feature, said once it is there: what was done to what it came of. */
export const news = cell<{ readonly feature: FeatureAddress; readonly text: string } | null>(null);

/** False where as many are pinned as can be. */
export function pinPanel(feature: FeatureAddress, pinned: boolean): boolean {
  if (pinned && pinnedOf(openPanels.get()).length >= MAX_PINNED) return false;
  patch(feature, { pinned });
  if (!pinned) dropUnused();
  keepPinned();
  return true;
}

/** What is pinned travels in the address. */
const pinnedOf = (list: readonly OpenPanel[]): readonly FeatureAddress[] =>
  list.flatMap((open) => (open.pinned ? [open.feature] : []));

function keepPinned(): void {
  view.update((now) => ({ ...now, pinned: pinnedOf(openPanels.get()) }));
}

export function setPart(part: string | null): void {
  view.update((now) => (now.part === part ? now : { ...now, part }));
}

const ROOMY_PX = 1_600;
const COLUMN_PX = 412;
/** The map keeps this much beside the panels, and more where it can. */
const MAP_PX = 760;
const pageWidth = cell(innerWidth);
addEventListener("resize", () => pageWidth.set(innerWidth));

/** How many panels stand side by side. */
export const panelColumns = derive([openPanels, pageWidth], (list, width) => {
  const room = width < ROOMY_PX ? 1 : Math.floor((width - MAP_PX) / COLUMN_PX);
  return Math.max(1, Math.min(list.length, room));
});

/** Close the panel in front; a pinned one beside it comes forward. */
export function closePanel(feature: FeatureAddress): void {
  const rest = openPanels.get().filter((open) => !sameFeature(open.feature, feature));
  openPanels.set(rest);
  // At once: a view that still selects what is closed would open it again.
  view.update((now) => ({
    ...now,
    pinned: pinnedOf(rest),
    selection: sameFeature(now.selection, feature) ? (rest.at(-1)?.feature ?? null) : now.selection,
  }));
}

function dropUnused(): void {
  const front = view.get().selection;
  openPanels.update((list) => {
    const kept = list.filter((open) => open.pinned || sameFeature(open.feature, front));
    return kept.length === list.length ? list : kept;
  });
}

let followed: FeatureAddress | null | undefined;

function follow(): void {
  const front = view.get().selection;
  // A part belongs to the feature it was named for.
  const turned = followed !== undefined && !sameFeature(followed, front);
  followed = front;
  if (turned) setPart(null);
  dropUnused();
  if (!front || openPanels.get().some((open) => sameFeature(open.feature, front))) return;
  openPanels.update((list) => [
    ...list,
    { feature: front, pinned: false, status: "loading", panel: null, error: null },
  ]);
  void loadPanel(front);
}

/** Keep panels true: follow the selection, the language, the time, and changes heard. */
export function bindPanels(): () => void {
  const pinned = view.get().pinned.slice(0, MAX_PINNED);
  openPanels.set(
    pinned.map((feature) => ({ feature, pinned: true, status: "loading", panel: null, error: null }) as const),
  );
  pinned.forEach((feature) => void loadPanel(feature));
  if (!view.get().selection && pinned[0]) view.update((now) => ({ ...now, selection: pinned[0] ?? null }));
  const reload = (): void => openPanels.get().forEach((open) => void loadPanel(open.feature));
  let asked = "";
  let due: ReturnType<typeof setTimeout> | undefined;
  const stops = [
    view.subscribe(follow),
    view.subscribe((now) => {
      const next = `${language.get()}|${now.at}`;
      if (asked && asked !== next) reload();
      asked = next;
    }),
    lastChange.subscribe((change) => {
      const touched = (open: OpenPanel): boolean =>
        open.feature.layer === change?.layer && (!change.ids || change.ids.map(String).includes(open.feature.id));
      if (!openPanels.get().some(touched)) return;
      clearTimeout(due);
      due = setTimeout(
        () =>
          openPanels
            .get()
            .filter(touched)
            .forEach((open) => void loadPanel(open.feature)),
        REFRESH_MS,
      );
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
