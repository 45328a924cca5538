/**
 * What crosses the network. The shapes are generated from the server's schema (`npm run schema`); here they get the
 * names this side uses, and where the schema says only "a string" or "numbers", what may stand there.
 */

import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { components } from "./generated";

type Schemas = components["schemas"];
type Narrowed<Shape, Fields> = Readonly<Omit<Shape, keyof Fields> & Fields>;

export type Language = "vi" | "en";

/** A text in both languages, as the catalog sends it. */
export interface LocalText {
  readonly vi: string;
  readonly en: string;
}

/** Panels arrive already in the asked language. */
export type AnyText = string | LocalText;

/** `[west, south, east, north]` in degrees. */
export type Bbox = readonly [number, number, number, number];
/** `[lon, lat]` in degrees. */
export type LonLat = readonly [number, number];

export type Me = Narrowed<Pick<Schemas["MeOut"], "user" | "display_name" | "roles" | "areas">, { language: Language }>;

/* The catalog. */

export type AttributeType = "text" | "integer" | "number" | "boolean" | "date" | "datetime";
export type LegendShape =
  "circle" | "square" | "diamond" | "triangle" | "arrow" | "hatch" | "line" | "fill" | "text" | "heat";

export type ChoiceOption = Narrowed<Schemas["OptionOut"], { title: LocalText }>;

export type Attribute = Narrowed<
  Schemas["AttributeOut"],
  { title: LocalText; type: AttributeType; choices: readonly ChoiceOption[] | null }
>;

export interface LegendEntry {
  readonly title: LocalText;
  readonly color: string;
  readonly shape: LegendShape;
  readonly icon?: string | null;
  /** SVG path of the second sign of an area, in a tile of 10 px. */
  readonly pattern?: string | null;
  readonly value?: string | number | boolean | null;
  readonly from?: number | null;
  readonly to?: number | null;
}

export type LayerTime = Narrowed<Schemas["TimeOut"], { kind: "instant" | "valid" | "as_of" }>;

export type Layer = Narrowed<
  Schemas["LayerOut"],
  {
    kind: "vector" | "raster" | "computed" | "stream";
    title: LocalText;
    about: LocalText | null;
    group_title: LocalText;
    geometry: "point" | "line" | "polygon" | "mixed" | null;
    bounds: Bbox | null;
    attributes: readonly Attribute[];
    styles: readonly { readonly name: string; readonly title: LocalText }[];
    legend: Readonly<Record<string, readonly LegendEntry[]>>;
    filters: readonly { readonly kind: "choice" | "range" | "during"; readonly attribute: string }[];
    time: LayerTime | null;
    source: LocalText | null;
  }
>;

export type LayerGroup = Narrowed<Schemas["MenuGroupOut"], { title: LocalText }>;

export interface Catalog {
  readonly layers: readonly Layer[];
  readonly groups: readonly LayerGroup[];
}

/* Rows, numbers, versions. */

export type Place = Narrowed<Schemas["PlaceOut"], { lonlat: LonLat }>;
export type Hit = Narrowed<Schemas["HitOut"], { lonlat: LonLat; bbox: Bbox }>;

export type Properties = Record<string, unknown>;
export type LayerFeature = Feature<Geometry | null, Properties>;

export interface FeaturePage extends FeatureCollection<Geometry | null, Properties> {
  readonly next: string | null;
  readonly matched: number;
}

export type CountGroup = Narrowed<
  Schemas["CountGroupOut"],
  { value: string | number | boolean | null; title: LocalText; count: number | null }
>;

export type Counts = Narrowed<Schemas["CountsOut"], { groups: readonly CountGroup[] }>;

export type Version = Narrowed<
  Schemas["VersionOut"],
  { changes: Readonly<Record<string, readonly [unknown, unknown]>> }
>;

/* Files brought in. */

export interface ImportProblem {
  readonly file: string;
  readonly row: number | null;
  readonly field: string | null;
  readonly warning: boolean;
  readonly message: LocalText;
}

export interface ImportReport {
  readonly layer: string;
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly dry_run: boolean;
  readonly problem_count: number;
  readonly warning_count: number;
  readonly problems: readonly ImportProblem[];
}

/* Panels: ten block kinds. */

export type StatBlock = Readonly<Schemas["Stat"]>;
export type KeyValueBlock = Readonly<Schemas["KeyValue"]>;
export type KeyValueCell = KeyValueBlock["rows"][number][1];
export type ChartBlock = Readonly<Schemas["Chart"]>;
export type ChartSeries = Readonly<Schemas["Series"]>;
export type Point = ChartSeries["points"][number];
export type TableBlock = Readonly<Schemas["Table"]>;
export type ImageBlock = Readonly<Schemas["Image"]>;
export type VideoBlock = Readonly<Schemas["Video"]>;
export type TimelineBlock = Readonly<Schemas["Timeline"]>;
export type NoteBlock = Readonly<Schemas["Note"]>;
export type RelatedBlock = Readonly<Schemas["Related"]>;
export type RelatedFeature = Readonly<Schemas["FeatureLink"]>;
export type FormField = Readonly<Schemas["FormField"]>;
export type PanelAction = Readonly<Schemas["ActionOffer"]>;

export type Block = Schemas["Panel"]["blocks"][number];

/** A cell's panel has no feature id. */
export type Panel = Narrowed<Schemas["Panel"], { lonlat: LonLat; bbox: Bbox; id: number | null }>;

/* The live channel. */

export interface ChangedMessage {
  readonly layer: string;
  readonly areas: readonly Bbox[] | null;
  readonly ids: readonly number[] | null;
}

export type FeatureLiveState = Readonly<Record<string, unknown>> & { readonly _version?: number };

export interface StateMessage {
  readonly layer: string;
  readonly ids: readonly number[];
  readonly state: Readonly<Record<string, FeatureLiveState>>;
}

export interface SightedMessage {
  readonly layer: string;
  readonly at: string;
  readonly ttl_s: number;
  readonly features: readonly LayerFeature[];
}

export type LiveEvent =
  | { readonly event: "changed"; readonly id: string | null; readonly data: ChangedMessage }
  | { readonly event: "state"; readonly id: string | null; readonly data: StateMessage }
  | { readonly event: "sighted"; readonly id: string | null; readonly data: SightedMessage }
  | { readonly event: "catalog" | "reset"; readonly id: string | null; readonly data: Readonly<Record<string, never>> };

export type LiveStatus = "connecting" | "open" | "lost";
