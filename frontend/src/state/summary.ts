/** The view in words: where, at what scale, when, and how many of each layer are in it. */

import type { Layer } from "../api/types";
import { formatDateTime, formatNumber } from "../text/format";
import { countRows } from "./counts";
import { say, t } from "./language";
import { rowsOf, shownLayers } from "./layers";
import { termCount } from "./filter";
import { catalog, frame, language, view } from "./store";
import { drawing } from "./walk";

/** Beyond these, layers are only numbered: each costs a question to the server. */
const MAX_COUNTED = 8;
/** CSS pixels are 1/96 inch. */
const PX_M = 0.0254 / 96;

/** `1:50.000`, rounded to two digits. */
export function scaleOf(metersPerPx: number): number {
  const exact = metersPerPx / PX_M;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 1);
  return Math.round(exact / step) * step;
}

async function counted(layer: Layer, signal: AbortSignal): Promise<string> {
  const rows = rowsOf(view.get(), layer);
  const answer = await countRows(layer, { ...rows, bbox: frame.get()?.bbox ?? null }, signal);
  const total = answer?.total ?? null;
  const title = say.get()(layer.title);
  const number = total === null ? t.get()("count.none") : formatNumber(total, language.get(), 0);
  const filtered = termCount(view.get().filters[layer.id]) > 0;
  return t.get()(filtered ? "summary.layer.filtered" : "summary.layer", { title, number });
}

/** Sentences in the language in use. Counts come from the one place that counts; what it cannot say is said so. */
export async function summarise(signal: AbortSignal): Promise<string> {
  const now = frame.get();
  const words = t.get();
  const layers = shownLayers(view.get(), catalog.get());
  const numbers = await Promise.all(layers.slice(0, MAX_COUNTED).map((layer) => counted(layer, signal)));
  const ground = drawing.get()?.ground() ?? [];
  const { at } = view.get();
  const sentences = [
    ground.length ? words("summary.place", { place: ground.join(", ") }) : null,
    now?.metersPerPx
      ? words("summary.scale", { scale: `1:${formatNumber(scaleOf(now.metersPerPx), language.get(), 0)}` })
      : null,
    at ? words("summary.at", { at: formatDateTime(at) }) : null,
    layers.length ? words("summary.in_view", { list: numbers.join("; ") }) : words("summary.nothing"),
    layers.length > MAX_COUNTED ? words("summary.more", { count: layers.length - MAX_COUNTED }) : null,
  ];
  return sentences.filter(Boolean).join(" ");
}
