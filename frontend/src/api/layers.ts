/** The server's endpoints, one function each. */

import type { StyleSpecification } from "@maplibre/maplibre-gl-style-spec";
import { address, csrfToken, request, requestTagged } from "./client";
import type {
  Bbox,
  Catalog,
  Counts,
  FeaturePage,
  Hit,
  Place,
  ImportReport,
  Language,
  LayerFeature,
  Me,
  Panel,
  Version,
} from "./types";

/** A feature of a layer, or a low-zoom cell (`z/x/y`) standing for many. */
export interface FeatureAddress {
  readonly layer: string;
  readonly id: string;
  readonly cell: boolean;
  /** A time of its own, whatever time the view looks at: an instant, or `now`. */
  readonly at?: string;
}

export interface RowQuery {
  readonly bbox?: Bbox | null;
  readonly filter?: string | null;
  readonly at?: string | null;
  readonly sort?: string | null;
  readonly limit?: number;
  readonly cursor?: string | null;
  readonly lang?: Language;
}

export const fetchMe = (): Promise<Me> => request<Me>("/api/me");

export const fetchCatalog = (): Promise<Catalog> => request<Catalog>("/api/layers");

export const fetchStyle = (lang: Language, theme: string): Promise<StyleSpecification> =>
  request<StyleSpecification>("/style.json", { query: { lang, theme } });

const layerPath = (layer: string): string => `/api/layers/${encodeURIComponent(layer)}`;

function featurePath(feature: FeatureAddress): string {
  const kind = feature.cell ? "cells" : "features";
  const id = feature.cell ? feature.id : encodeURIComponent(feature.id);
  return `${layerPath(feature.layer)}/${kind}/${id}`;
}

function rowParams(query: RowQuery): Record<string, string | number | null | undefined> {
  return { ...query, bbox: query.bbox?.map((degree) => degree.toFixed(6)).join(",") };
}

export const fetchFeatures = (layer: string, query: RowQuery, signal?: AbortSignal): Promise<FeaturePage> =>
  request<FeaturePage>(`${layerPath(layer)}/features`, { query: rowParams(query), ...(signal ? { signal } : {}) });

export type FileFormat = "xlsx" | "csv" | "gpkg" | "geojson";

/** Where the same rows can be downloaded. */
export const exportAddress = (layer: string, query: RowQuery, format: FileFormat): string =>
  address(`${layerPath(layer)}/features`, {
    ...rowParams(query),
    format,
    ...(format === "geojson" ? { whole: "true" } : {}),
  });

export interface CountQuery {
  readonly by?: string;
  /** About so many bands of the number counted by. */
  readonly bands?: number;
  readonly style?: string | null;
  readonly filter?: string | null;
  readonly at?: string | null;
  readonly bbox?: Bbox | null;
}

export const fetchCounts = (layer: string, query: CountQuery, signal?: AbortSignal): Promise<Counts> =>
  request<Counts>(`${layerPath(layer)}/counts`, {
    query: {
      by: query.by,
      bands: query.bands,
      style: query.style,
      ...rowParams({ filter: query.filter ?? null, at: query.at ?? null, bbox: query.bbox ?? null }),
    },
    ...(signal ? { signal } : {}),
  });

export const fetchPanel = (
  feature: FeatureAddress,
  query: { lang: Language; at?: string | null; filter?: string | null },
  signal?: AbortSignal,
): Promise<Panel> =>
  request<Panel>(`${featurePath(feature)}/panel`, {
    query: { lang: query.lang, at: query.at, filter: feature.cell ? query.filter : null },
    ...(signal ? { signal } : {}),
  });

export const fetchFeature = (feature: FeatureAddress): Promise<{ body: LayerFeature; etag: string | null }> =>
  requestTagged<LayerFeature>(featurePath(feature));

export const fetchHistory = (feature: FeatureAddress): Promise<{ versions: readonly Version[] }> =>
  request<{ versions: readonly Version[] }>(`${featurePath(feature)}/history`);

export const patchFeature = (
  feature: FeatureAddress,
  etag: string,
  body: { attributes: Record<string, unknown>; geometry?: unknown; reason: string },
): Promise<{ readonly state?: string }> =>
  request(featurePath(feature), { method: "PATCH", body, headers: { "If-Match": etag } });

export const previewAction = (
  feature: FeatureAddress,
  name: string,
  body: Record<string, unknown> | FormData,
  lang: Language,
): Promise<Panel> =>
  request<Panel>(`${featurePath(feature)}/actions/${encodeURIComponent(name)}/preview`, {
    method: "POST",
    body,
    query: { lang },
  });

export const runAction = (
  feature: FeatureAddress,
  name: string,
  body: Record<string, unknown> | FormData,
  lang: Language,
): Promise<Panel> =>
  request<Panel>(`${featurePath(feature)}/actions/${encodeURIComponent(name)}`, {
    method: "POST",
    body,
    query: { lang },
    headers: { "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()) },
  });

export const searchFeatures = (
  q: string,
  limit: number,
  lang: Language,
  signal?: AbortSignal,
): Promise<{ places: readonly Place[]; hits: readonly Hit[] }> =>
  request<{ places: readonly Place[]; hits: readonly Hit[] }>("/api/search", {
    query: { q, limit, lang },
    ...(signal ? { signal } : {}),
  });

const IMPORT_TIMEOUT_MS = 600_000;

/** A file into a layer; 422 carries the same report inside the error. */
export const sendImport = (form: FormData): Promise<ImportReport> =>
  request<ImportReport>("/api/imports", { method: "POST", body: form, timeoutMs: IMPORT_TIMEOUT_MS });

/** Leave the account; the page is loaded anew by the caller. */
export async function logOut(): Promise<void> {
  await fetch("/accounts/logout/", {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken() },
    credentials: "same-origin",
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
  });
}
