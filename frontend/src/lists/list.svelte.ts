/** A pasted list and what became of it: kept while the page lives. */

import type { ListedFeature, ResolvedLine } from "../api/lists";

export const MAX_LINES = 200;

export const pasted = $state<{
  layer: string;
  text: string;
  lines: readonly ResolvedLine[];
  /** Which feature a person chose where a line means several; by the line's place. */
  chosen: Record<number, number>;
}>({ layer: "", text: "", lines: [], chosen: {} });

export const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);

/** The feature of a line: the one found, else the one chosen. */
export function featureAt(line: ResolvedLine, place: number, chosen: Record<number, number>): ListedFeature | null {
  if (line.state === "found") return line.features[0] ?? null;
  return line.features.find((feature) => feature.id === chosen[place]) ?? null;
}

const cell = (text: string): string => {
  // A spreadsheet would run what begins like a formula.
  const safe = /^[=@+\-\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** CSV with the mark that spreadsheets know UTF-8 by. */
export const csvOf = (heads: readonly string[], rows: readonly (readonly string[])[]): Blob =>
  new Blob([`\uFEFF${[heads, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`], {
    type: "text/csv;charset=utf-8",
  });
