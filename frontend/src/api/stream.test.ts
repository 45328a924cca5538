import { describe, expect, it, vi } from "vitest";
import { createHub, type HubMessage } from "./live-hub";
import { backoffMs, eventParser, type RawEvent, type Stream, type StreamCallbacks } from "./stream";

const parsed = (...chunks: string[]): RawEvent[] => {
  const events: RawEvent[] = [];
  const feed = eventParser((event) => events.push(event));
  chunks.forEach(feed);
  return events;
};

describe("server-sent events", () => {
  it("come whole however the bytes were cut", () => {
    const text = 'event: changed\nid: 5:5:\ndata: {"a":1}\n\nevent: state\ndata: {}\n\n';

    const cut = parsed(...Array.from(text));

    expect(cut).toEqual([
      { event: "changed", data: '{"a":1}', id: "5:5:" },
      { event: "state", data: "{}", id: null },
    ]);
    expect(parsed(text.replaceAll("\n", "\r\n"))).toEqual(cut);
  });

  it("pass over heartbeats and join lines of data", () => {
    expect(parsed(": \n\n", "retry: 2000\n\n", "data: a\ndata: b\n\n")).toEqual([
      { event: "message", data: "a\nb", id: null },
    ]);
  });

  it("wait longer after each failure, half a minute at most, never all at once", () => {
    expect(backoffMs(0, () => 1)).toBe(1_000);
    expect(backoffMs(3, () => 0)).toBe(4_000);
    expect(backoffMs(30, () => 1)).toBe(30_000);
  });
});

describe("the shared connection", () => {
  function hubWithStreams(): {
    hub: ReturnType<typeof createHub>;
    opened: { url: string; position: string | null; callbacks: StreamCallbacks; stop: ReturnType<typeof vi.fn> }[];
    clock: { now: number };
  } {
    const opened: ReturnType<typeof hubWithStreams>["opened"] = [];
    const clock = { now: 0 };
    const open = (url: string, position: string | null, callbacks: StreamCallbacks): Stream => {
      const stop = vi.fn();
      opened.push({ url, position, callbacks, stop });
      return { stop, retryNow: () => undefined, position: () => `after-${opened.length}` };
    };
    return { hub: createHub(open, () => clock.now), opened, clock };
  }
  const listener = (): { send: (message: HubMessage) => void; heard: HubMessage[] } => {
    const heard: HubMessage[] = [];
    return { heard, send: (message) => heard.push(message) };
  };

  it("is one for all tabs and carries the layers of each", () => {
    const { hub, opened } = hubWithStreams();
    const [one, two] = [listener(), listener()];

    hub.receive(one, { kind: "watch", layers: ["b"], viewer: "" });
    hub.receive(two, { kind: "watch", layers: ["a"], viewer: "" });

    expect(opened.map(({ url }) => url)).toEqual(["/api/live?layers=b", "/api/live?layers=a,b"]);
    expect(opened[0]?.stop).toHaveBeenCalled();
    opened[1]?.callbacks.onEvent({ event: "catalog", data: "{}", id: null });
    expect(one.heard.at(-1)).toEqual(two.heard.at(-1));
  });

  it("takes over without a gap when the layers change", () => {
    const { hub, opened } = hubWithStreams();
    const tab = listener();
    hub.receive(tab, { kind: "watch", layers: ["a"], viewer: "" });

    hub.receive(tab, { kind: "watch", layers: ["a", "b"], viewer: "" });

    expect(opened.map(({ position }) => position)).toEqual([null, "after-1"]);
  });

  it("is not opened again for the same question", () => {
    const { hub, opened } = hubWithStreams();
    hub.receive(listener(), { kind: "watch", layers: ["a"], viewer: "" });

    hub.receive(listener(), { kind: "watch", layers: ["a"], viewer: "" });

    expect(opened).toHaveLength(1);
  });

  it("is opened anew for another viewer", () => {
    const { hub, opened } = hubWithStreams();
    const tab = listener();
    hub.receive(tab, { kind: "watch", layers: ["a"], viewer: "" });

    hub.receive(tab, { kind: "watch", layers: ["a"], viewer: "officer" });

    expect(opened).toHaveLength(2);
  });

  it("forgets tabs that left or fell silent", () => {
    const { hub, opened, clock } = hubWithStreams();
    const [one, two] = [listener(), listener()];
    hub.receive(one, { kind: "watch", layers: ["a"], viewer: "" });
    hub.receive(two, { kind: "watch", layers: ["a"], viewer: "" });
    hub.receive(one, { kind: "bye" });
    clock.now = 300_000;

    hub.sweep();

    expect(opened).toHaveLength(1);
    expect(opened[0]?.stop).toHaveBeenCalled();
  });
});
