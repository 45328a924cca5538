/** What the map shows, as the server needs it to draw the same on paper or in a file. */

import type { SheetLayer } from "../api/sheets";
import { rowsOf, shownLayers, styleOf } from "./layers";
import { camera, catalog, view } from "./store";
import { writeCamera, writeView } from "./url";

export const sheetLayers = (): SheetLayer[] => {
  const now = view.get();
  return shownLayers(now, catalog.get()).map((layer) => ({
    id: layer.id,
    style: styleOf(now, layer),
    opacity: now.opacity[layer.id] ?? 1,
    filter: rowsOf(now, layer).filter,
  }));
};

/** The way back to this view, without the server's name. */
export const linkHere = (): string => `/${writeView(view.get())}${writeCamera(camera.get())}`;
