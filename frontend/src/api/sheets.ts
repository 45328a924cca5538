/** Files made from what the map shows: a printed sheet, a situation map. */

import { address, requestFile, type NamedFile } from "./client";
import type { Bbox, Language } from "./types";

export interface SheetLayer {
  readonly id: string;
  readonly style: string | null;
  readonly opacity: number;
  readonly filter: string | null;
}

export interface SheetOrder {
  readonly center?: readonly [number, number];
  readonly scale?: number;
  readonly paper: "a4" | "a3";
  readonly orientation: "portrait" | "landscape";
  readonly format: "pdf" | "png";
  readonly title: string;
  readonly note: string;
  readonly legend: boolean;
  readonly patterns: boolean;
  readonly layers: readonly SheetLayer[];
  readonly hide: readonly string[];
  readonly at: string | null;
  readonly language: Language;
  readonly link: string;
  readonly drawings?: unknown;
  readonly features?: readonly [string, readonly number[]];
}

const SHEET_MS = 150_000;

export const fetchSheet = (order: SheetOrder, signal: AbortSignal): Promise<NamedFile> =>
  requestFile("/api/print", { method: "POST", body: order, timeoutMs: SHEET_MS, signal }, `map.${order.format}`);

export interface SituationOrder {
  readonly layers: readonly SheetLayer[];
  readonly bbox: Bbox;
  readonly at: string | null;
  readonly language: Language;
  readonly drawings?: unknown;
}

export const fetchSituation = (order: SituationOrder): Promise<NamedFile> =>
  requestFile("/api/situation", { method: "POST", body: order, timeoutMs: 60_000 }, "situation.html");

/** The picture of a link as a QR code. */
export const qrAddress = (link: string): string => address("/api/qr.svg", { link });

/** Hand a file to the person. */
export function save(file: NamedFile): void {
  const url = URL.createObjectURL(file.blob);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = file.name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
