/** What the whole viewer shares: who looks, at what, where, and what is open. Plain TypeScript. */

import type { FeatureAddress } from "../api/layers";
import type { Bbox, Catalog, Language, LiveStatus, LonLat, Me } from "../api/types";
import { cell, derive } from "./cell";
import type { LayerFilter } from "./filter";

export type Theme = "light" | "dark";

/** What is shown and how. Everything here travels in the address bar. */
export interface View {
  /** Data layers switched on, top first; null: as the catalog proposes. */
  readonly layers: readonly string[] | null;
  /** Base-map layers switched off. */
  readonly hidden: readonly string[];
  readonly styles: Readonly<Record<string, string>>;
  readonly opacity: Readonly<Record<string, number>>;
  readonly filters: Readonly<Record<string, LayerFilter>>;
  /** The instant looked at; null: now. */
  readonly at: string | null;
  readonly selection: FeatureAddress | null;
  /** What of the selected feature's panel is looked at: a block, a form, the history. */
  readonly part: string | null;
  /** Features whose panels stay open beside it. */
  readonly pinned: readonly FeatureAddress[];
  /** Features of a list, marked on the map. */
  readonly list: FeatureList | null;
  /** Drawings, as a link carries them. */
  readonly draw: string | null;
  /** The drawing that restricts the table, by its place among them, and the layer listed: `0/layer`. */
  readonly inside: string | null;
  readonly language: Language | null;
  /** The base map under the data, by its name; null: our own. */
  readonly base: string | null;
  /** What the second map shows otherwise while two are compared; null: one map. */
  readonly other: Other | null;
}

/** The far side of a comparison: its own time; layers and styles only where they differ. */
export interface Other {
  readonly at: string | null;
  readonly layers: readonly string[] | null;
  readonly styles: Readonly<Record<string, string>>;
}

/** Features of one layer by their ids. */
export interface FeatureList {
  readonly layer: string;
  readonly ids: readonly number[];
}

export const START: View = {
  layers: null,
  hidden: [],
  styles: {},
  opacity: {},
  filters: {},
  at: null,
  selection: null,
  part: null,
  pinned: [],
  list: null,
  draw: null,
  inside: null,
  language: null,
  base: null,
  other: null,
};

export interface Camera {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
  /** Degrees clockwise that the map is turned; north up where it is left out. */
  readonly bearing?: number;
}

/** Where the map should go; answered by the map. */
export type CameraWish =
  | { readonly kind: "point"; readonly lonlat: LonLat; readonly zoom?: number }
  /** Move only as far as needed to bring the place out from under the chrome. */
  | { readonly kind: "reveal"; readonly lonlat: LonLat }
  /** `near`: as near as corners need to be told apart by hand. */
  | { readonly kind: "box"; readonly bbox: Bbox; readonly near?: boolean }
  | { readonly kind: "camera"; readonly camera: Camera }
  | { readonly kind: "zoom"; readonly by: number }
  | { readonly kind: "home" | "north" };

export const view = cell<View>(START);
export const camera = cell<Camera | null>(null);
export const cameraWish = cell<CameraWish | null>(null);
/** What the map shows now, for the table and the foot. */
export const frame = cell<{ readonly bbox: Bbox; readonly metersPerPx: number; readonly bearing: number } | null>(null);
export const pointer = cell<LonLat | null>(null);

export const me = cell<Me | null>(null);
/** Whoever looks, told apart: an account, or a wall by its own name. */
export const nameOf = (viewer: Me | null): string => viewer?.user ?? viewer?.display_name ?? "";
export const catalog = cell<Catalog | null>(null);
/** Raised when the server says that the catalog, and so the style, changed. */
export const catalogVersion = cell(0);
export const liveStatus = cell<LiveStatus>("connecting");
/** True while the server answers that it cannot work just now: to the interface, and to the map's tiles. */
export const outage = cell(false);
/** The view last drawn whole, tiles and all. */
export const drawn = cell<View | null>(null);
/** Layers of which tiles could not be had just now. */
export const tileOutage = cell<ReadonlySet<string>>(new Set());
/** The newest change of rows heard: an open panel or table of that layer asks again. */
export const lastChange = cell<{ readonly layer: string; readonly ids: readonly number[] | null } | null>(null);

/** Several features under one click, waiting for a choice. */
export interface Candidate {
  readonly feature: FeatureAddress;
  readonly title: string;
  readonly lonlat: LonLat;
}
/** Pixels of the page. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}
export const candidates = cell<{ readonly at: Spot; readonly list: readonly Candidate[] } | null>(null);
/** The name of what lies under the pointer. */
export const tip = cell<{ readonly at: Spot; readonly text: string } | null>(null);

/** A form waits for a place: the next click on the map answers it. */
export const placePicker = cell<((lonlat: LonLat | null) => void) | null>(null);

export const language = derive([view, me], (now, viewer): Language => now.language ?? viewer?.language ?? "vi");

export const theme = cell<Theme>("light");

export type Drawer = "table" | null;
export const drawer = cell<Drawer>(null);

export const sameFeature = (a: FeatureAddress | null, b: FeatureAddress | null): boolean =>
  a === b || (!!a && !!b && a.layer === b.layer && a.id === b.id && a.cell === b.cell && a.at === b.at);

export const featureKey = (feature: FeatureAddress): string =>
  `${feature.layer}/${feature.cell ? "cell/" : ""}${feature.id}${feature.at ? `@${feature.at}` : ""}`;
