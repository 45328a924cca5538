/** The address bar: any view can be sent as a link and restored from it. */

import type { FeatureAddress } from "../api/layers";
import type { Language } from "../api/types";
import { isTime } from "../text/format";
import { fromCql2, toCql2, type LayerFilter } from "./filter";
import { featureKey, START, type Camera, type FeatureList, type Other, type View } from "./store";

const MAX_LISTED = 100;
const NOW = "now";
/** What the far side of a comparison shows is said by the same words behind this letter. */
const OTHER = "b.";

/** `layer/id`, or `layer/cell/z/x/y`; with `@now` or `@time` at a time of its own. */
export function parseFeature(text: string | null): FeatureAddress | null {
  const match = /^([\w-]+)\/(cell\/\d+\/\d+\/\d+|[\w.:-]+)(?:@([^@/]+))?$/.exec(text ?? "");
  const [, layer, path, at] = match ?? [];
  if (!layer || !path || (at && at !== NOW && !isTime(at))) return null;
  const cell = path.startsWith("cell/");
  return { layer, id: cell ? path.slice(5) : path, cell, ...(at ? { at } : {}) };
}

const MAX_LIST = 200;

/** `layer/1.2.3`. */
export function parseList(text: string | null): FeatureList | null {
  const match = /^([\w-]+)\/(\d{1,15}(?:\.\d{1,15})*)$/.exec(text ?? "");
  if (!match?.[1] || !match[2]) return null;
  return { layer: match[1], ids: match[2].split(".").slice(0, MAX_LIST).map(Number) };
}

const listOf = (text: string): string[] => text.split(",").filter(Boolean).slice(0, MAX_LISTED);

function prefixed(params: URLSearchParams, prefix: string): [string, string][] {
  return [...params]
    .filter(([name]) => name.startsWith(prefix))
    .slice(0, MAX_LISTED)
    .map(([name, value]) => [name.slice(prefix.length), value]);
}

function parseOpacity(text: string): number {
  const value = Number(text);
  return text !== "" && value >= 0 && value <= 1 ? value : 1;
}

function parseAt(text: string | null): string | null {
  return text && isTime(text) ? text : null;
}

function parseOther(params: URLSearchParams): Other | null {
  const said = new URLSearchParams(prefixed(params, OTHER));
  if (!said.size) return null;
  const layers = said.get("layers");
  return {
    at: parseAt(said.get("at")),
    layers: layers === null ? null : listOf(layers),
    styles: Object.fromEntries(prefixed(said, "style.")),
  };
}

export function parseView(search: string): View {
  const params = new URLSearchParams(search);
  const layers = params.get("layers");
  const lang = params.get("lang");
  return {
    ...START,
    layers: layers === null ? null : listOf(layers),
    hidden: listOf(params.get("hide") ?? ""),
    styles: Object.fromEntries(prefixed(params, "style.")),
    opacity: Object.fromEntries(prefixed(params, "opacity.").map(([id, text]) => [id, parseOpacity(text)])),
    filters: Object.fromEntries(
      prefixed(params, "filter.").map(([id, text]): [string, LayerFilter] => [id, fromCql2(text)]),
    ),
    at: parseAt(params.get("at")),
    selection: parseFeature(params.get("sel")),
    part: /^[\w.-]{1,80}$/.test(params.get("part") ?? "") ? params.get("part") : null,
    pinned: listOf(params.get("pin") ?? "").flatMap((text) => parseFeature(text) ?? []),
    list: parseList(params.get("list")),
    draw: params.get("draw") || null,
    inside: /^\d{1,3}\/[\w-]+$/.exec(params.get("inside") ?? "")?.[0] ?? null,
    language: lang === "vi" || lang === "en" ? (lang satisfies Language) : null,
    base: /^[\w.-]{1,80}$/.exec(params.get("base") ?? "")?.[0] ?? null,
    other: parseOther(params),
  };
}

export function parseCamera(hash: string): Camera | null {
  const match = /map=(-?[\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)(?:\/(-?[\d.]+))?/.exec(hash);
  if (!match) return null;
  const [zoom, lat, lon] = match.slice(1, 4).map(Number) as [number, number, number];
  const bearing = Number(match[4] ?? 0);
  const inside = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 86 && Math.abs(lon) <= 180;
  return inside ? { zoom, lat, lon, ...(Math.abs(bearing) <= 360 && bearing ? { bearing } : {}) } : null;
}

/** Characters that read well in a link and mean nothing to the query's grammar. */
const readable = (text: string): string =>
  encodeURIComponent(text).replace(/%(2F|2C|3A|20|3D|27|28|29|40)/g, (code) =>
    code === "%20" ? "+" : decodeURIComponent(code),
  );

function otherPairs({ at, layers, styles }: Other): [string, string][] {
  const pairs: [string, string][] = [["at", at ?? NOW]];
  if (layers) pairs.push(["layers", layers.join(",")]);
  for (const [id, name] of Object.entries(styles)) pairs.push([`style.${id}`, name]);
  return pairs.map(([name, value]) => [OTHER + name, value]);
}

export function writeView(view: View): string {
  const pairs: [string, string][] = [];
  if (view.layers) pairs.push(["layers", view.layers.join(",")]);
  if (view.hidden.length) pairs.push(["hide", view.hidden.join(",")]);
  for (const [id, name] of Object.entries(view.styles)) pairs.push([`style.${id}`, name]);
  for (const [id, filter] of Object.entries(view.filters)) {
    const text = toCql2(filter);
    if (text) pairs.push([`filter.${id}`, text]);
  }
  for (const [id, value] of Object.entries(view.opacity)) if (value < 1) pairs.push([`opacity.${id}`, String(value)]);
  if (view.at) pairs.push(["at", view.at]);
  if (view.selection) pairs.push(["sel", featureKey(view.selection)]);
  if (view.selection && view.part) pairs.push(["part", view.part]);
  if (view.pinned.length) pairs.push(["pin", view.pinned.map(featureKey).join(",")]);
  if (view.list) pairs.push(["list", `${view.list.layer}/${view.list.ids.join(".")}`]);
  if (view.draw) pairs.push(["draw", view.draw]);
  if (view.draw && view.inside) pairs.push(["inside", view.inside]);
  if (view.language) pairs.push(["lang", view.language]);
  if (view.base) pairs.push(["base", view.base]);
  if (view.other) pairs.push(...otherPairs(view.other));
  return pairs.length
    ? `?${pairs.map(([name, value]) => `${encodeURIComponent(name)}=${readable(value)}`).join("&")}`
    : "";
}

export function writeCamera(camera: Camera | null): string {
  if (!camera) return "";
  const digits = Math.max(3, Math.min(6, Math.ceil(camera.zoom / 3)));
  const turned = Math.round(camera.bearing ?? 0);
  const place = `${camera.zoom.toFixed(2)}/${camera.lat.toFixed(digits)}/${camera.lon.toFixed(digits)}`;
  return `#map=${place}${turned ? `/${turned}` : ""}`;
}
