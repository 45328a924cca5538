/** Boxes over a video. A box is the same whatever was recognised. */

import type { SightedMessage } from "../../api/types";

/** x, y, width, height in pixels of the video; class; track; confidence 0-1. */
export type Box = readonly [number, number, number, number, string, number | string | null, number | null];

const MAX_BOXES = 200;

const isBox = (value: unknown): value is Box =>
  Array.isArray(value) && value.length >= 5 && value.slice(0, 4).every((part) => typeof part === "number");

/** Boxes of a list from the wire; anything else in it is left out. */
export const boxesOf = (list: unknown): Box[] => (Array.isArray(list) ? list.filter(isBox).slice(0, MAX_BOXES) : []);

export const freshBoxes = (message: SightedMessage): Box[] =>
  boxesOf(message.features.flatMap((feature) => (feature.properties.box ? [feature.properties.box] : [])));

export function drawBoxes(
  canvas: HTMLCanvasElement,
  boxes: readonly Box[],
  video: { width: number; height: number },
  colors: { line: string; words: string },
): void {
  if (canvas.width !== video.width) canvas.width = video.width;
  if (canvas.height !== video.height) canvas.height = video.height;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const unit = Math.max(1, video.width / 640);
  context.lineWidth = 2 * unit;
  context.font = `500 ${12 * unit}px sans-serif`;
  for (const [x, y, width, height, kind, , confidence] of boxes) {
    context.strokeStyle = colors.line;
    context.strokeRect(x, y, width, height);
    const words = confidence === null || confidence === undefined ? kind : `${kind} ${Math.round(confidence * 100)}%`;
    context.fillStyle = colors.line;
    context.fillRect(x, y - 16 * unit, context.measureText(words).width + 8 * unit, 16 * unit);
    context.fillStyle = colors.words;
    context.fillText(words, x + 4 * unit, y - 4 * unit);
  }
}
