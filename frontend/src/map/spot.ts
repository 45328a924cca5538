/** A finger held still, or the mouse's other button, asks what place that is. */

import type { Map as MapLibre, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import { spot } from "../state/spot";
import { isDrawing, reshaped } from "../state/tools";

const HOLD_MS = 550;

/** Returns the way to stop. */
export function bindSpot(map: MapLibre): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsked = false;
  const ask = ({ lngLat, point }: MapMouseEvent | MapTouchEvent): void => {
    if (isDrawing.get() || reshaped.get()) return;
    const box = map.getCanvas().getBoundingClientRect();
    spot.set({ lonlat: [lngLat.lng, lngLat.lat], at: { x: box.x + point.x, y: box.y + point.y } });
  };
  const hold = (event: MapTouchEvent): void => {
    clearTimeout(timer);
    isAsked = false;
    if (event.originalEvent.touches.length !== 1) return;
    timer = setTimeout(() => {
      // A finger on a handle holds that.
      if (event.defaultPrevented) return;
      isAsked = true;
      ask(event);
    }, HOLD_MS);
  };
  const release = ({ originalEvent }: MapTouchEvent): void => {
    clearTimeout(timer);
    // The finger has had its answer: lifting it is no click.
    if (isAsked && originalEvent.cancelable) originalEvent.preventDefault();
    isAsked = false;
  };
  const leave = (): void => {
    clearTimeout(timer);
    spot.set(null);
  };
  map.on("contextmenu", ask);
  map.on("touchstart", hold);
  map.on("movestart", leave);
  for (const name of ["touchend", "touchcancel"] as const) map.on(name, release);
  return () => {
    leave();
    map.off("contextmenu", ask);
    map.off("touchstart", hold);
    map.off("movestart", leave);
    for (const name of ["touchend", "touchcancel"] as const) map.off(name, release);
  };
}
