/** What stands beside each other in a row. */

import type { Attribute, Layer } from "../api/types";

export const isNumber = (attribute: Attribute): boolean => attribute.type === "integer" || attribute.type === "number";

/** The attributes; of a layer without any, what its features are called. */
export function columnsOf(layer: Layer): readonly Attribute[] {
  if (layer.attributes.length) return layer.attributes;
  const nameless: Attribute = {
    name: layer.title_attribute ?? "id",
    title: layer.title,
    type: "text",
    unit: null,
    precision: null,
    choices: null,
    live: false,
    editable: false,
    from_zoom: null,
  };
  return [nameless];
}
