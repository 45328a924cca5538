/**
 * Drawings as a link carries them: a letter, a colour, the points as differences in base 64 (six decimals), name, note.
 * `a0b5fa5.points.hole~name~note!…`; only characters that an address keeps as they are, but for the words.
 */

import type { Position } from "geojson";
import type { Drawing } from "./drawings";
import { newId, positionsOf, readDrawings } from "./drawings";
import type { DrawingKind } from "./tools";

export const MAX_LINK = 4_000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const MICRO = 1e6;
const LETTERS: Readonly<Record<DrawingKind, string>> = { point: "p", line: "l", polygon: "a", circle: "c" };
const KINDS = new Map(Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as DrawingKind]));

function numberText(value: number): string {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let text = "";
  while (rest >= 32) {
    text += ALPHABET[32 + (rest % 32)];
    rest = Math.floor(rest / 32);
  }
  return text + ALPHABET[rest];
}

function lineText(line: readonly Position[]): string {
  let [x, y] = [0, 0];
  return line
    .map(([lon = 0, lat = 0]) => {
      const [nextX, nextY] = [Math.round(lon * MICRO), Math.round(lat * MICRO)];
      const text = numberText(nextX - x) + numberText(nextY - y);
      [x, y] = [nextX, nextY];
      return text;
    })
    .join("");
}

function readLine(text: string): Position[] {
  const numbers: number[] = [];
  let [value, factor] = [0, 1];
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return [];
    value += (digit % 32) * factor;
    factor *= 32;
    if (digit >= 32) continue;
    numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
    [value, factor] = [0, 1];
  }
  let [x, y] = [0, 0];
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, index) => {
    x += numbers[2 * index] ?? 0;
    y += numbers[2 * index + 1] ?? 0;
    return [x / MICRO, y / MICRO];
  });
}

const escaped = (text: string): string => text.replaceAll("*", "*0").replaceAll("~", "*1").replaceAll("!", "*2");
const unescaped = (text: string): string => text.replaceAll("*2", "!").replaceAll("*1", "~").replaceAll("*0", "*");

function drawingText({ geometry, properties }: Drawing): string {
  const lines = geometry.type === "Polygon" ? geometry.coordinates : [positionsOf(geometry)];
  const shape = [LETTERS[properties.kind] + properties.color.slice(1), ...lines.map(lineText)].join(".");
  const words = [properties.name, properties.note].map(escaped);
  return [shape, ...words].join("~").replace(/~+$/, "");
}

/** Null where there is nothing to tell; `too-large` where a link would not carry it. */
export function linkOf(features: readonly Drawing[]): string | null | "too-large" {
  if (!features.length) return null;
  const text = features.map(drawingText).join("!");
  return encodeURIComponent(text).length > MAX_LINK ? "too-large" : text;
}

/** What a link tells; what cannot be read in it is left out. */
export function drawingsOf(text: string): Drawing[] {
  return text.split("!").flatMap((one) => {
    const [shape = "", name = "", note = ""] = one.split("~");
    const [head = "", ...lines] = shape.split(".");
    const kind = KINDS.get(head.charAt(0));
    const color = `#${head.slice(1)}`;
    if (!kind || !lines.length) return [];
    const rings = lines.map(readLine);
    const geometry = {
      point: { type: "Point", coordinates: rings[0]?.[0] },
      line: { type: "LineString", coordinates: rings[0] },
      polygon: { type: "Polygon", coordinates: rings },
      circle: { type: "Polygon", coordinates: rings },
    }[kind];
    const properties = { name: unescaped(name), note: unescaped(note), color, kind };
    return readDrawings({ type: "Feature", id: newId(), geometry, properties }, color);
  });
}

/** That of the known drawings which stands at a place of a link. */
export function drawingAt(text: string, place: number, known: readonly Drawing[]): Drawing | null {
  const wanted = drawingsOf(text.split("!")[place] ?? "")[0];
  const words = wanted ? drawingText(wanted) : null;
  return known.find((one) => drawingText(one) === words) ?? null;
}

/** Drawings of a link that are not among those already there. */
export function newIn(text: string, known: readonly Drawing[]): Drawing[] {
  const texts = new Set(known.map(drawingText));
  return drawingsOf(text).filter((one) => !texts.has(drawingText(one)));
}
