/** What crosses the network, in one place until the server's schema generates it (npm run schema). */

import type { Feature, FeatureCollection, Geometry } from "geojson";

/** A text in both languages, as the catalog sends it. */
export interface LocalText {
  readonly vi: string;
  readonly en: string;
}

/** Panels arrive already in the asked language; forms may carry either. */
export type AnyText = string | LocalText;

/** `[west, south, east, north]` in degrees. */
export type Bbox = readonly [number, number, number, number];
/** `[lon, lat]` in degrees. */
export type LonLat = readonly [number, number];

export interface Area {
  readonly code: string;
  readonly name: string;
}

export interface Me {
  readonly user: string | null;
  readonly display_name: string | null;
  readonly roles: readonly string[];
  readonly areas: readonly Area[];
  readonly language: Language;
}

export type Language = "vi" | "en";

export interface ChoiceOption {
  readonly value: string | number | boolean | null;
  readonly title: LocalText;
  readonly color?: string | null;
}

export type AttributeType = "text" | "integer" | "number" | "boolean" | "date" | "datetime";

export interface Attribute {
  readonly name: string;
  readonly title: LocalText;
  readonly type: AttributeType;
  readonly unit?: string | null;
  readonly precision?: number | null;
  readonly choices?: readonly ChoiceOption[] | null;
  readonly live?: boolean;
  /** False: a correction may not change it. */
  readonly editable?: boolean;
  readonly from_zoom?: number | null;
}

export type LegendShape = "circle" | "square" | "diamond" | "triangle" | "line" | "fill" | "text" | "heat";

export interface LegendEntry {
  readonly title: LocalText;
  readonly color: string;
  readonly shape: LegendShape;
  readonly icon?: string | null;
  readonly value?: string | number | boolean | null;
  readonly from?: number | null;
  readonly to?: number | null;
}

export interface LayerFilterKind {
  readonly kind: "choice" | "range" | "during";
  readonly attribute: string;
}

export interface LayerTime {
  readonly kind: "instant" | "valid" | "as_of";
  readonly step_s: number;
  readonly keep_s?: number | null;
}

export interface Layer {
  readonly id: string;
  readonly kind: "vector" | "raster" | "computed" | "stream";
  readonly title: LocalText;
  readonly about?: LocalText | null;
  readonly group: string;
  readonly group_title?: LocalText | null;
  readonly geometry?: "point" | "line" | "polygon" | "mixed";
  readonly tiles?: string | null;
  readonly bounds?: Bbox | null;
  readonly minzoom?: number;
  readonly maxzoom?: number;
  readonly attributes: readonly Attribute[];
  readonly styles: readonly { readonly name: string; readonly title: LocalText }[];
  readonly legend: Readonly<Record<string, readonly LegendEntry[]>>;
  readonly filters: readonly LayerFilterKind[];
  readonly time?: LayerTime | null;
  readonly search?: boolean;
  readonly live?: boolean;
  readonly editable?: boolean;
  readonly base?: boolean;
  readonly visible?: boolean;
  readonly order?: number;
  readonly title_attribute?: string | null;
  readonly source?: LocalText | null;
  readonly attribution?: string | null;
  readonly updated_at?: string | null;
  readonly count?: number | null;
}

export interface LayerGroup {
  readonly id: string;
  readonly title: LocalText;
}

export interface Catalog {
  readonly layers: readonly Layer[];
  readonly groups: readonly LayerGroup[];
}

export interface Hit {
  readonly layer: string;
  readonly id: number | string;
  readonly title: string;
  readonly subtitle?: string | null;
  readonly lonlat?: LonLat | null;
  readonly bbox?: Bbox | null;
  readonly score?: number;
}

export type Properties = Record<string, unknown>;
export type LayerFeature = Feature<Geometry | null, Properties>;

export interface FeaturePage extends FeatureCollection<Geometry | null, Properties> {
  readonly next?: string | null;
  readonly matched?: number | null;
}

export interface CountGroup {
  readonly value: string | number | boolean | null;
  readonly title?: LocalText | null;
  /** Null: too few to be told. */
  readonly count: number | null;
}

export interface Counts {
  readonly total: number | null;
  readonly by?: string | null;
  readonly groups?: readonly CountGroup[];
}

export interface Version {
  readonly version: number;
  readonly at: string | null;
  readonly by?: string | null;
  readonly reason?: string | null;
  readonly state?: string | null;
  readonly valid_from?: string | null;
  readonly valid_to?: string | null;
  readonly changes: Readonly<Record<string, readonly [unknown, unknown]>>;
}

/* Panels: ten block kinds. */

interface BlockOf<Type extends string> {
  readonly type: Type;
  readonly title?: string | null;
}

export interface StatBlock extends BlockOf<"stat"> {
  readonly value: number | string | null;
  readonly unit?: string | null;
  readonly precision?: number | null;
  readonly color?: string | null;
  readonly band?: string | null;
  readonly note?: string | null;
  readonly age_s?: number | null;
}

export type KeyValueCell =
  | string
  | number
  | boolean
  | null
  | { readonly value: number | string | null; readonly unit?: string | null; readonly precision?: number | null }
  | { readonly href: string; readonly text: string };

export interface KeyValueBlock extends BlockOf<"key_value"> {
  readonly rows: readonly (readonly [string, KeyValueCell])[];
}

export type Point = readonly [string, number | null];

export interface ChartSeries {
  readonly name: string;
  readonly unit?: string | null;
  readonly points: readonly Point[];
  readonly limit?: readonly Point[] | null;
  readonly limit_source?: string | null;
  readonly color?: string | null;
}

export interface ChartBlock extends BlockOf<"chart"> {
  readonly kind?: "line" | "bar" | "area";
  readonly series: readonly ChartSeries[];
  readonly from_zero?: boolean;
}

export interface TableColumn {
  readonly name: string;
  readonly title: string;
  readonly numeric?: boolean;
  readonly unit?: string | null;
}

export interface TableBlock extends BlockOf<"table"> {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  readonly truncated?: boolean;
}

export interface PanelImage {
  readonly src: string;
  readonly alt?: string | null;
  readonly caption?: string | null;
  readonly at?: string | null;
}

export interface ImageBlock extends BlockOf<"image"> {
  readonly images: readonly PanelImage[];
  readonly pair?: boolean;
  readonly svg?: string | null;
}

export interface VideoBlock extends BlockOf<"video"> {
  readonly src: string;
  readonly poster?: string | null;
  readonly live_layer?: string | null;
  readonly width?: number | null;
  readonly height?: number | null;
}

export interface TimelineEntry {
  readonly at: string;
  readonly title: string;
  readonly text?: string | null;
  readonly by?: string | null;
  readonly feature?: { readonly layer: string; readonly id: number | string } | null;
}

export interface TimelineBlock extends BlockOf<"timeline"> {
  readonly entries: readonly TimelineEntry[];
}

export interface NoteBlock extends BlockOf<"note"> {
  readonly text: string;
  readonly level?: "info" | "warning" | "danger" | "good";
}

export interface RelatedFeature {
  readonly layer: string;
  readonly id: number | string;
  readonly title: string;
  readonly subtitle?: string | null;
  readonly lonlat?: LonLat | null;
}

export interface RelatedBlock extends BlockOf<"related"> {
  readonly layer?: string | null;
  readonly features: readonly RelatedFeature[];
}

export interface FormField {
  readonly name: string;
  readonly type: "text" | "number" | "choice" | "date" | "file" | "geometry" | "feature" | "unit";
  readonly title: AnyText;
  readonly required?: boolean;
  readonly help?: AnyText | null;
  readonly choices?: readonly { readonly value: string | number | boolean | null; readonly title: AnyText }[] | null;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly max_length?: number | null;
  /** Of a feature: the layer it must belong to. */
  readonly layer?: string | null;
}

export interface PanelAction {
  readonly name: string;
  readonly title: AnyText;
  readonly form?: readonly FormField[] | null;
  readonly danger?: boolean;
}

export interface ActionsBlock extends BlockOf<"actions"> {
  readonly actions: readonly PanelAction[];
}

export type Block =
  | StatBlock
  | KeyValueBlock
  | ChartBlock
  | TableBlock
  | ImageBlock
  | VideoBlock
  | TimelineBlock
  | NoteBlock
  | RelatedBlock
  | ActionsBlock;

export interface Panel {
  readonly layer?: string;
  readonly id?: number | string;
  readonly title: string;
  readonly kind?: LocalText | null;
  readonly updated_at?: string | null;
  readonly state?: { readonly text: string; readonly color?: string | null } | null;
  readonly lonlat?: LonLat | null;
  readonly bbox?: Bbox | null;
  readonly demo?: boolean;
  readonly blocks: readonly Block[];
}

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
