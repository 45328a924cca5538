/** One live connection for many listeners: what the SharedWorker runs, and the page itself where there is none. */

import { openStream, type RawEvent, type Stream } from "./stream";
import type { LiveStatus } from "./types";

/** From a page to the hub. */
export type HubRequest =
  | { readonly kind: "watch"; readonly layers: readonly string[]; readonly viewer: string }
  | { readonly kind: "alive" }
  | { readonly kind: "bye" }
  | { readonly kind: "retry" };

/** From the hub to a page. */
export type HubMessage =
  { readonly kind: "event"; readonly event: RawEvent } | { readonly kind: "status"; readonly status: LiveStatus };

export interface Listener {
  readonly send: (message: HubMessage) => void;
}

/** A tab in the background may be slowed to one timer a minute; after this many it is gone. */
const GONE_AFTER_MS = 200_000;

interface Watcher {
  layers: readonly string[];
  viewer: string;
  seenAt: number;
}

export interface Hub {
  readonly receive: (listener: Listener, request: HubRequest) => void;
  readonly sweep: () => void;
}

export function createHub(open: typeof openStream = openStream, now: () => number = Date.now): Hub {
  const watchers = new Map<Listener, Watcher>();
  let stream: Stream | null = null;
  let watched = "";
  let status: LiveStatus = "connecting";

  const broadcast = (message: HubMessage): void => {
    for (const listener of watchers.keys()) listener.send(message);
  };

  function reopen(): void {
    const layers = [...new Set([...watchers.values()].flatMap((watcher) => watcher.layers))].sort();
    const viewer = [...watchers.values()].at(-1)?.viewer ?? "";
    const wanted = watchers.size ? `${viewer}|${layers.join(",")}` : "";
    if (wanted === watched) return;
    watched = wanted;
    const position = stream?.position() ?? null;
    stream?.stop();
    stream = wanted
      ? open(`/api/live?layers=${layers.map(encodeURIComponent).join(",")}`, position, {
          onEvent: (event) => broadcast({ kind: "event", event }),
          onStatus: (next) => {
            status = next;
            broadcast({ kind: "status", status });
          },
        })
      : null;
  }

  return {
    receive(listener, request) {
      if (request.kind === "bye") watchers.delete(listener);
      else if (request.kind === "retry") stream?.retryNow();
      else if (request.kind === "alive") {
        const watcher = watchers.get(listener);
        if (watcher) watcher.seenAt = now();
      } else {
        watchers.delete(listener);
        watchers.set(listener, { layers: request.layers, viewer: request.viewer, seenAt: now() });
        listener.send({ kind: "status", status });
      }
      if (request.kind === "watch" || request.kind === "bye") reopen();
    },
    sweep() {
      for (const [listener, watcher] of watchers) {
        if (now() - watcher.seenAt > GONE_AFTER_MS) watchers.delete(listener);
      }
      reopen();
    },
  };
}
