/** What a layer's panels are made of, learnt from the last one: the next is awaited in its shape. */

import type { Panel } from "../api/types";
import type { Drawn } from "./blocks";

const shapes = new Map<string, readonly Drawn["type"][]>();

export const drawnOf = (panel: Panel | null): readonly Drawn[] =>
  (panel?.blocks ?? []).filter((block): block is Drawn => block.type !== "actions");

export const learnShape = (layer: string, panel: Panel): void => {
  shapes.set(
    layer,
    drawnOf(panel).map((block) => block.type),
  );
};

export const shapeOf = (layer: string): readonly Drawn["type"][] | undefined => shapes.get(layer);
