/** The catalog as the menu shows it: groups in order, each with its layers. */

import type { Catalog, Layer, LayerGroup, LegendShape, LocalText } from "../api/types";
import { fold } from "../text/format";

export interface MenuGroup {
  readonly id: string;
  readonly title: LocalText;
  readonly layers: readonly Layer[];
}

/** Data layers by group, and the base map's apart; `words` narrows by title without accents. Empty groups are left out. */
export function menuOf(catalog: Catalog, words = ""): { groups: readonly MenuGroup[]; base: readonly Layer[] } {
  const wanted = fold(words.trim());
  const matches = (layer: Layer): boolean => !wanted || fold(`${layer.title.vi} ${layer.title.en}`).includes(wanted);
  const listed = catalog.layers.filter(matches);
  const data = listed.filter((layer) => !layer.base);
  const known = new Set(catalog.groups.map((group) => group.id));
  const strays = data.filter((layer) => !known.has(layer.group)).map(groupFrom);
  const groups = [...catalog.groups, ...new Map(strays.map((group) => [group.id, group])).values()];
  return {
    groups: groups
      .map((group) => ({ ...group, layers: data.filter((layer) => layer.group === group.id) }))
      .filter((group) => group.layers.length > 0),
    base: listed.filter((layer) => layer.base),
  };
}

const groupFrom = (layer: Layer): LayerGroup => ({
  id: layer.group,
  title: layer.group_title ?? { vi: layer.group, en: layer.group },
});

/** The sign that stands for the whole layer: its first class. */
export function markOf(layer: Layer, style: string | null): { shape: LegendShape; color: string; icon: string | null } {
  const entry = layer.legend[style ?? ""]?.[0];
  if (entry) return { shape: entry.shape, color: entry.color, icon: entry.icon ?? null };
  const shape = layer.geometry === "line" ? "line" : layer.geometry === "polygon" ? "fill" : "circle";
  return { shape, color: "var(--muted)", icon: null };
}
