/** Drawings on the map, loaded when there are any or the tools are opened: the first map does without. */

import type { Map as MapLibre, MapMouseEvent, StyleSpecification } from "maplibre-gl";
import { view } from "../state/store";
import { hasKept, reshaped, toolsOpen } from "../state/tools";
import type { Hand } from "./draw";

export interface Drawing {
  readonly dress: (style: StyleSpecification) => StyleSpecification;
  /** Whether a click was meant for a drawing: then it opens nothing. */
  readonly claims: (event: MapMouseEvent) => boolean;
  readonly open: (map: MapLibre, dress: () => void) => () => void;
}

export function createDrawing(): Drawing {
  let hand: Hand | null = null;
  let asked = false;
  return {
    dress: (style) => hand?.dress(style) ?? style,
    claims: (event) => hand?.claims(event) ?? false,
    open(map, dress) {
      let closed = false;
      const load = async (): Promise<void> => {
        if (asked) return;
        asked = true;
        const { takeHand } = await import("./draw");
        if (closed) return;
        hand = takeHand(map);
        dress();
      };
      if (view.get().draw || hasKept()) void load();
      const stops = [toolsOpen, reshaped].map((one) => one.subscribe((now) => now && void load()));
      return () => {
        closed = true;
        stops.forEach((stop) => stop());
        hand?.close();
      };
    },
  };
}
