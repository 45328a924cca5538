/** A map of a wall: a view of its own, no part in what the page has open. */

import { cell, type Readable } from "../state/cell";
import type { Camera, View } from "../state/store";
import { openMap, type LiveMap } from "./map";

export const openWallMap = (
  container: HTMLElement,
  onError: (error: unknown) => void,
  {
    view,
    camera,
    name,
    magnified,
  }: {
    view: View;
    camera: Camera | null;
    name: Readable<string>;
    /** How many times larger than its own size the container is shown. */
    magnified: number;
  },
): Promise<LiveMap> =>
  openMap(container, onError, {
    view: cell(view),
    camera,
    leads: false,
    bind: ({ map }) => {
      map.setPixelRatio(devicePixelRatio * magnified);
      // Arrows turn the scenes of the wall.
      map.keyboard.disable();
      const canvas = map.getCanvas();
      canvas.tabIndex = -1;
      return [name.subscribe((text) => canvas.setAttribute("aria-label", text))];
    },
  });
