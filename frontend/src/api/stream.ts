/** Server-sent events over fetch: unlike EventSource it sends Last-Event-ID on a new connection and sees the status. */

export interface RawEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string | null;
}

/** Feed it text as it arrives; it calls back once per whole event and once per comment (the server's heartbeat). */
export function eventParser(onEvent: (event: RawEvent) => void): (chunk: string) => void {
  let rest = "";
  let fields: { event: string; data: string[]; id: string | null } = { event: "message", data: [], id: null };

  const line = (text: string): void => {
    if (text === "") {
      if (fields.data.length) onEvent({ event: fields.event, data: fields.data.join("\n"), id: fields.id });
      fields = { event: "message", data: [], id: null };
      return;
    }
    const colon = text.indexOf(":");
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "event") fields.event = value;
    else if (name === "data") fields.data.push(value);
    else if (name === "id") fields.id = value;
  };

  return (chunk) => {
    rest += chunk;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    lines.forEach(line);
  };
}

/** Seconds to wait before attempt `n` (from 0), with jitter so that a thousand browsers do not return at once. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(30_000, 1_000 * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random();
}

export interface StreamCallbacks {
  readonly onEvent: (event: RawEvent) => void;
  readonly onStatus: (status: "connecting" | "open" | "lost") => void;
}

/** Without a byte for this long the connection is taken for dead; the server's heartbeat is much shorter. */
const SILENCE_MS = 65_000;

export interface Stream {
  readonly stop: () => void;
  readonly retryNow: () => void;
  /** Id of the newest event: where another stream can take over without a gap. */
  readonly position: () => string | null;
}

/** Stay connected to `url` until stopped; starts after `position` and resumes after the last event it saw. */
export function openStream(
  url: string,
  position: string | null,
  callbacks: StreamCallbacks,
  credentials: RequestCredentials = "same-origin",
): Stream {
  let stopped = false;
  let address = url;
  let lastId = position;
  let attempt = 0;
  let abort = new AbortController();
  let wake: () => void = () => undefined;

  async function readOnce(): Promise<void> {
    abort = new AbortController();
    let silence = setTimeout(() => abort.abort(), SILENCE_MS);
    const alive = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE_MS);
    };
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (lastId !== null) headers["Last-Event-ID"] = lastId;
      const response = await fetch(address, {
        headers,
        credentials,
        cache: "no-store",
        signal: abort.signal,
      });
      // A layer that is gone is no reason to hear nothing: all that the viewer may see is then listened to.
      if (response.status === 404 || response.status === 400) address = address.split("?")[0] ?? address;
      if (!response.ok || !response.body) throw new Error(`live channel answered ${response.status}`);
      callbacks.onStatus("open");
      attempt = 0;
      const parse = eventParser((event) => {
        if (event.id !== null) lastId = event.id;
        callbacks.onEvent(event);
      });
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        alive();
        parse(decoder.decode(part.value, { stream: true }));
      }
    } finally {
      clearTimeout(silence);
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      callbacks.onStatus("connecting");
      await readOnce().catch(() => undefined);
      if (stopped) return;
      callbacks.onStatus("lost");
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, backoffMs(attempt++));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  void run();
  return {
    position: () => lastId,
    stop: () => {
      stopped = true;
      abort.abort();
      wake();
    },
    retryNow: () => {
      attempt = 0;
      wake();
    },
  };
}
