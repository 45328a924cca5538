/** Lines of text to features. */

import { request } from "./client";
import type { components } from "./generated";
import type { Bbox, LocalText, LonLat } from "./types";

type Schemas = components["schemas"];

export type ListedFeature = Readonly<Omit<Schemas["ListedOut"], "lonlat" | "bbox">> & {
  readonly lonlat: LonLat;
  readonly bbox: Bbox;
};
export type ResolvedLine = Readonly<Omit<Schemas["LineOut"], "reason" | "features">> & {
  readonly reason: LocalText | null;
  readonly features: readonly ListedFeature[];
};

export const resolveList = (
  layer: string,
  lines: readonly string[],
  lang: string,
): Promise<{ readonly lines: readonly ResolvedLine[] }> =>
  request("/api/lists/resolve", { method: "POST", query: { lang }, body: { layer, lines }, timeoutMs: 40_000 });
