/** One question to every visible layer. */

import { ApiError, unexpected } from "../api/client";
import { searchFeatures } from "../api/layers";
import type { Hit, Place } from "../api/types";
import { language } from "./store";

const LIMIT = 10;

export type Found =
  | { readonly kind: "hits"; readonly places: readonly Place[]; readonly hits: readonly Hit[] }
  | { readonly kind: "error"; readonly error: ApiError };

/** Null when a newer question replaced this one. */
export async function find(q: string, signal: AbortSignal): Promise<Found | null> {
  try {
    const { places, hits } = await searchFeatures(q, LIMIT, language.get(), signal);
    return { kind: "hits", places, hits };
  } catch (error) {
    if (signal.aborted) return null;
    return { kind: "error", error: error instanceof ApiError ? error : unexpected() };
  }
}
