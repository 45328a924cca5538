/** What the server computes from a drawing. */

import type { Geometry, MultiPolygon, Polygon } from "geojson";
import { request } from "./client";
import type { components } from "./generated";
import type { LonLat } from "./types";

type Schemas = components["schemas"];
export type Zone = Readonly<Schemas["ZoneOut"]>;
export type Figures = Readonly<Schemas["FiguresOut"]>;
export type PlaneFigures = Readonly<Schemas["PlaneOut"]>;
export type Measured = Readonly<Schemas["MeasuredOut"]>;

export const fetchMeasured = (geometry: Geometry, signal?: AbortSignal): Promise<Measured> =>
  request<Measured>("/api/measure", { method: "POST", body: { geometry }, ...(signal ? { signal } : {}) });

export const fetchBuffer = (geometry: Geometry, distanceM: number): Promise<{ geometry: Polygon | MultiPolygon }> =>
  request("/api/buffer", { method: "POST", body: { geometry, distance_m: distanceM } });

/** The VN-2000 zones for a place, its own first. */
export const fetchZones = ([lon, lat]: LonLat, signal?: AbortSignal): Promise<{ zones: readonly Zone[] }> =>
  request("/api/zones", { query: { lon, lat }, ...(signal ? { signal } : {}) });
