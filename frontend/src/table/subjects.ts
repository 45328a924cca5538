/** What the rows of a layer can be charted by. Pure. */

import type { Attribute, Layer } from "../api/types";

export type Subject =
  /** By the legend in use, in its colours. */
  | { readonly kind: "style"; readonly key: string; readonly style: string }
  | { readonly kind: "value" | "bands" | "days"; readonly key: string; readonly attribute: Attribute }
  /** How many there were, instant by instant. */
  | { readonly kind: "time"; readonly key: "time" };

function ofAttribute(attribute: Attribute, layer: Layer): Subject[] {
  const key = `by.${attribute.name}`;
  if (attribute.choices || attribute.type === "boolean") return [{ kind: "value", key, attribute }];
  if (attribute.type === "integer" || attribute.type === "number") return [{ kind: "bands", key, attribute }];
  if (attribute.type === "date" || attribute.type === "datetime") return [{ kind: "days", key, attribute }];
  // Free text is worth a chart only where the layer itself offers it as a choice.
  const isChoice = layer.filters.some((filter) => filter.attribute === attribute.name && filter.kind === "choice");
  return isChoice ? [{ kind: "value", key, attribute }] : [];
}

/** The legend first, then what the layer filters by, then all the rest, time at the end. */
export function subjectsOf(layer: Layer, style: string | null): Subject[] {
  const entries = layer.legend[style ?? ""] ?? [];
  const isKeyed = entries.some((entry) => (entry.value ?? entry.from ?? null) !== null);
  const filtered = new Set(layer.filters.map((filter) => filter.attribute));
  const ranked = [
    ...layer.attributes.filter((attribute) => filtered.has(attribute.name)),
    ...layer.attributes.filter((attribute) => !filtered.has(attribute.name)),
  ];
  return [
    ...(style !== null && isKeyed ? [{ kind: "style", key: `style.${style}`, style } as const] : []),
    ...ranked.flatMap((attribute) => ofAttribute(attribute, layer)),
    ...(layer.time ? [{ kind: "time", key: "time" } as const] : []),
  ];
}
