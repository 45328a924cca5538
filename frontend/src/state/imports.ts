/** A steward's file becomes a layer, or rows of one. */

import { ApiError } from "../api/client";
import { sendImport } from "../api/layers";
import type { ImportReport, Me } from "../api/types";
import { fold } from "../text/format";
import { layerOf, showLayer } from "./layers";
import { goTo } from "./selection";
import { reloadCatalog } from "./session";
import { catalog } from "./store";

/** Who may bring data in; the server decides, this only spares others the button. */
const MAY_IMPORT = ["steward", "admin"];
export const mayImport = (viewer: Me | null): boolean =>
  viewer?.roles.some((role) => MAY_IMPORT.includes(role)) ?? false;

export interface ImportWish {
  readonly file: File;
  /** An existing layer; null makes one from the title. */
  readonly layer: string | null;
  readonly title: string;
  readonly titleEn: string;
  readonly isPublic: boolean;
  readonly crs: string;
  readonly dryRun: boolean;
}

const SLUG_LENGTH = 48;

/** "Bệnh viện Hà Nội" -> "benh-vien-ha-noi": found again when the same title is brought in later. */
export const slugOf = (title: string): string =>
  fold(title)
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, "");

export type ImportAnswer =
  | { readonly kind: "report"; readonly report: ImportReport }
  | { readonly kind: "error"; readonly error: ApiError; readonly report: ImportReport | null };

export async function importFile(wish: ImportWish): Promise<ImportAnswer> {
  const form = new FormData();
  form.set("file", wish.file);
  form.set("layer", wish.layer ?? slugOf(wish.title));
  if (wish.layer === null) {
    form.set("title_vi", wish.title);
    form.set("title_en", wish.titleEn || wish.title);
    if (wish.isPublic) form.set("access", "public");
  }
  if (wish.crs) form.set("crs", wish.crs);
  if (wish.dryRun) form.set("dry_run", "1");
  try {
    return { kind: "report", report: await sendImport(form) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const told = error.answer as Partial<ImportReport> | null;
    return { kind: "error", error, report: told?.problems ? (told as ImportReport) : null };
  }
}

/** Show what was brought in. */
export async function showImported(layer: string): Promise<void> {
  await reloadCatalog();
  showLayer(layer);
  goTo({ bbox: layerOf(catalog.get(), layer)?.bounds ?? null });
}
