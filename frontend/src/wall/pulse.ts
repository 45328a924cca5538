/** Keeps a wall true for days: asks for its scenes, listens live, tells what is lost, and begins anew when it must. */

import { ApiError } from "../api/client";
import { openLive } from "../api/live";
import { backoffMs } from "../api/stream";
import type { LiveEvent, LiveStatus } from "../api/types";
import { fetchWall, type WallAnswer, type WallScene, type WallViewer } from "../api/wall";
import { cell } from "../state/cell";
import { online } from "../state/connection";
import { reloadCatalog } from "../state/session";
import { lastChange, liveStatus, me, nameOf } from "../state/store";
import { withChange, type Change } from "./news";

const EVERY_MS = 60_000;
const PATIENCE_MS = 2_500;
/** Fifty screens do not all return at once. */
const SCATTER_MS = 5_000;

export const scenes = cell<readonly WallScene[] | null>(null);
export const viewer = cell<WallViewer | null>(null);
/** When the server last answered, by this screen's clock. */
export const answeredAt = cell<number | null>(null);
/** Since when the server is out of reach; null while it answers. */
export const lostAt = cell<number | null>(null);
/** How far this screen's clock is from the server's. */
export const skewMs = cell(0);
export const changes = cell<readonly Change[]>([]);
/** Raised when something may have been missed: whoever shows numbers asks again. */
export const round = cell(0);

/** What the wall hears of: layers of its scenes, by id. */
export interface Pulse {
  readonly watch: (layers: readonly string[]) => void;
  readonly stop: () => void;
}

export function startPulse(reload: () => void, onError: (error: unknown) => void): Pulse {
  let first: WallAnswer | null = null;
  let stopped = false;
  let attempt = 0;
  let answers = true;
  let hears = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;

  const tell = (): void => {
    if (answers && hears && online.get()) {
      clearTimeout(patience);
      patience = undefined;
      lostAt.set(null);
      return;
    }
    const since = Date.now();
    patience ??= setTimeout(() => lostAt.set(since), PATIENCE_MS);
  };

  /** Another viewer, or somebody else's rights: what is on screen is dropped whole. Age alone is no reason: a page that
   * begins anew is mute until somebody touches it. */
  const isOver = (now: WallAnswer): boolean =>
    first !== null &&
    (now.viewer.means !== first.viewer.means ||
      now.viewer.name !== first.viewer.name ||
      (now.version !== "" && now.version !== first.version));

  const take = (now: WallAnswer): void => {
    if (isOver(now)) {
      stopped = true;
      const isTheirs = now.viewer.means !== first?.viewer.means;
      setTimeout(reload, isTheirs ? 0 : Math.random() * SCATTER_MS);
      return;
    }
    first ??= now;
    if (JSON.stringify(now.scenes) !== JSON.stringify(scenes.get())) scenes.set(now.scenes);
    viewer.set(now.viewer);
    answeredAt.set(Date.now());
    skewMs.set(Date.parse(now.now) - Date.now());
  };

  async function ask(): Promise<void> {
    clearTimeout(timer);
    try {
      take(await fetchWall());
      answers = true;
      attempt = 0;
      round.update((count) => count + 1);
    } catch (error) {
      answers = false;
      if (!(error instanceof ApiError)) onError(error);
    }
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), answers ? EVERY_MS : backoffMs(attempt++));
    tell();
  }

  const hear = (event: LiveEvent): void => {
    if (event.event === "changed") {
      const { layer, ids } = event.data;
      lastChange.set({ layer, ids });
      changes.update((list) => withChange(list, { layer, count: ids?.length ?? null, atMs: Date.now() }));
    } else if (event.event === "state") lastChange.set({ layer: event.data.layer, ids: event.data.ids });
    else if (event.event === "catalog") void reloadCatalog().then(ask);
    else if (event.event === "reset") round.update((count) => count + 1);
  };

  const follow = (status: LiveStatus): void => {
    liveStatus.set(status);
    const heard = hears;
    if (status !== "connecting") hears = status === "open";
    // The channel ends with a token that is revoked, and comes back after a gap: both are asked about at once.
    if (heard !== hears) void ask();
    tell();
  };

  const channel = openLive(hear, follow);
  const stops = [
    online.subscribe((is) => {
      tell();
      if (is && first) void ask();
    }),
  ];
  void ask();
  return {
    watch: (layers) => channel.watch(layers, nameOf(me.get())),
    stop() {
      stopped = true;
      clearTimeout(timer);
      clearTimeout(patience);
      stops.forEach((stop) => stop());
      channel.close();
    },
  };
}
