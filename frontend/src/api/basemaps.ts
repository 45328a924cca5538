/** Plug-in base maps: which there are, and what one is drawn from. */

import type { LayerSpecification, SourceSpecification, StyleSpecification } from "@maplibre/maplibre-gl-style-spec";
import { request } from "./client";
import type { components } from "./generated";
import type { LocalText } from "./types";

type Schemas = components["schemas"];

export type BaseMap = Readonly<Omit<Schemas["BaseMapOut"], "title"> & { title: LocalText }>;

export interface BaseMaps {
  readonly basemaps: readonly BaseMap[];
  /** Three colours each of what is our own. */
  readonly own: readonly string[];
  readonly paper: readonly string[];
}

/** Part of a style, to lie under the data. */
export interface Fragment {
  readonly sources: Readonly<Record<string, SourceSpecification>>;
  readonly layers: readonly LayerSpecification[];
  readonly glyphs?: string;
  readonly sprite?: StyleSpecification["sprite"];
}

export const fetchBaseMaps = (theme: string): Promise<BaseMaps> =>
  request<BaseMaps>("/api/basemaps", { query: { theme } });

export const fetchFragment = (id: string, theme: string): Promise<Fragment> =>
  request<Fragment>(`/api/basemaps/${encodeURIComponent(id)}`, { query: { theme } });
