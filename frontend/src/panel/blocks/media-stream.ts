/** A camera's fragmented MP4 over a WebSocket, played through MediaSource; boxes come as text between the pictures. */

import { boxesOf, type Box } from "./boxes";

const KEEP_S = 12;
const RETRY_MS = 3_000;
const MAX_WAITING = 60;
const CODEC = 'video/mp4; codecs="avc1.64001f"';

/** Play until closed; a broken connection is tried again. */
export function playStream(
  video: HTMLVideoElement,
  src: string,
  onBoxes: (boxes: readonly Box[]) => void,
  onLost: () => void,
): () => void {
  let closed = false;
  let socket: WebSocket | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const open = (): void => {
    const source = new MediaSource();
    video.src = URL.createObjectURL(source);
    source.addEventListener("sourceopen", () => start(source), { once: true });
  };

  const start = (source: MediaSource): void => {
    URL.revokeObjectURL(video.src);
    const waiting: ArrayBuffer[] = [];
    let buffer: SourceBuffer | null = null;
    const feed = (): void => {
      if (!buffer || buffer.updating || source.readyState !== "open") return;
      const old = video.currentTime - KEEP_S;
      if (video.buffered.length && old > video.buffered.start(0) + KEEP_S) buffer.remove(0, old);
      else {
        const next = waiting.shift();
        if (next) buffer.appendBuffer(next);
      }
    };
    const prepare = (codec: string): void => {
      buffer = source.addSourceBuffer(codec);
      buffer.addEventListener("updateend", feed);
    };
    const address = new URL(src, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === "string") {
        const message = JSON.parse(data) as { codec?: string; boxes?: unknown };
        if (message.codec && !buffer) prepare(message.codec);
        if (message.boxes) onBoxes(boxesOf(message.boxes));
        return;
      }
      if (!buffer) prepare(CODEC);
      waiting.push(data);
      // Late pictures are worth nothing: a slow browser jumps to now instead of falling behind.
      if (waiting.length > MAX_WAITING) waiting.splice(1, waiting.length - MAX_WAITING);
      feed();
    };
    socket.onclose = () => {
      if (closed) return;
      onLost();
      retry = setTimeout(open, RETRY_MS);
    };
  };

  open();
  return () => {
    closed = true;
    clearTimeout(retry);
    socket?.close();
    video.removeAttribute("src");
    video.load();
  };
}
