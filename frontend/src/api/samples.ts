/** Whole values for tests that care about a part of them. */

import type { ChartBlock, ChartSeries, FormField, Layer } from "./types";

export const sampleLayer = (id: string, more: Partial<Layer> = {}): Layer => ({
  id,
  kind: "vector",
  title: { vi: id, en: id },
  about: null,
  licence: null,
  movable: false,
  promised_s: null,
  group: "g",
  group_title: { vi: "G", en: "G" },
  geometry: "point",
  tiles: `/tiles/${id}/{z}/{x}/{y}.mvt`,
  bounds: null,
  minzoom: 0,
  maxzoom: 14,
  attributes: [],
  styles: [],
  legend: {},
  filters: [],
  time: null,
  search: false,
  restricted_search: [],
  live: false,
  editable: false,
  importable: false,
  base: false,
  visible: true,
  order: 0,
  title_attribute: null,
  source: null,
  attribution: null,
  updated_at: null,
  count: null,
  ...more,
});

export const sampleField = (name: string, more: Partial<FormField> = {}): FormField => ({
  name,
  title: name,
  type: "text",
  required: false,
  help: null,
  choices: [],
  layer: null,
  min: null,
  max: null,
  max_length: null,
  personal: false,
  ...more,
});

export const sampleChart = (
  ...series: (Pick<ChartSeries, "name" | "points"> & Partial<ChartSeries>)[]
): ChartBlock => ({
  type: "chart",
  title: "",
  kind: "line",
  from_zero: false,
  series: series.map((one) => ({ unit: null, color: null, limit: null, limit_source: null, marks: [], ...one })),
});
