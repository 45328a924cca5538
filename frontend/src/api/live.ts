/** The live channel as the page sees it: typed events and a status, whoever holds the connection. */

import { createHub, type HubMessage, type HubRequest } from "./live-hub";
import { CREDENTIALS, isPublic } from "./profile";
import { openStream } from "./stream";
import type { LiveEvent, LiveStatus } from "./types";

export interface LiveChannel {
  /** Listen to these layers; a change of viewer opens a new connection. */
  readonly watch: (layers: readonly string[], viewer: string) => void;
  readonly close: () => void;
}

const KNOWN = new Set(["changed", "state", "sighted", "catalog", "reset"]);
const ALIVE_MS = 30_000;

/** Open the channel; a SharedWorker where the browser has one, else a connection of this page's own. */
export function openLive(onEvent: (event: LiveEvent) => void, onStatus: (status: LiveStatus) => void): LiveChannel {
  const receive = (message: HubMessage): void => {
    if (message.kind === "status") onStatus(message.status);
    else if (KNOWN.has(message.event.event)) {
      const { event, id, data } = message.event;
      onEvent({ event, id, data: JSON.parse(data) as unknown } as LiveEvent);
    }
  };
  const { send, end } = connect(receive);
  let last: HubRequest | null = null;

  const alive = setInterval(() => send({ kind: "alive" }), ALIVE_MS);
  const leave = (): void => send({ kind: "bye" });
  const comeBack = (event: PageTransitionEvent): void => {
    if (event.persisted && last) send(last);
  };
  const retry = (): void => send({ kind: "retry" });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", comeBack);
  addEventListener("online", retry);

  return {
    watch(layers, viewer) {
      last = { kind: "watch", layers, viewer };
      send(last);
    },
    close() {
      clearInterval(alive);
      removeEventListener("pagehide", leave);
      removeEventListener("pageshow", comeBack);
      removeEventListener("online", retry);
      leave();
      end();
    },
  };
}

interface Line {
  readonly send: (request: HubRequest) => void;
  readonly end: () => void;
}

function connect(receive: (message: HubMessage) => void): Line {
  // The shared connection is the signed-in person's: a public page keeps away from it.
  if (!isPublic && typeof SharedWorker === "function") {
    try {
      const worker = new SharedWorker(new URL("./live-worker.ts", import.meta.url), { type: "module", name: "live" });
      let send = (request: HubRequest): void => worker.port.postMessage(request);
      let last: HubRequest | null = null;
      // A worker that does not start (an old browser, a strict proxy) leaves the connection to the page.
      worker.onerror = () => {
        send = ownConnection(receive).send;
        if (last) send(last);
      };
      worker.port.onmessage = (event: MessageEvent<HubMessage>) => receive(event.data);
      worker.port.start();
      return {
        send: (request) => {
          if (request.kind === "watch") last = request;
          send(request);
        },
        // A shared worker lives as long as the page, and all that its listeners know: a map that is long gone.
        end: () => {
          worker.onerror = null;
          worker.port.onmessage = null;
          worker.port.close();
        },
      };
    } catch {
      // A browser that refuses shared workers (some private modes) still gets its own connection below.
    }
  }
  return ownConnection(receive);
}

function ownConnection(receive: (message: HubMessage) => void): Line {
  const hub = createHub((url, position, callbacks) => openStream(url, position, callbacks, CREDENTIALS));
  const listener = { send: receive };
  return { send: (request) => hub.receive(listener, request), end: () => undefined };
}
