/** A second map over the same place: it moves with the page's own map and draws the far side of the comparison. */

import type { Map as MapLibre } from "maplibre-gl";
import { far, onFarSide } from "../state/compare";
import { t } from "../state/language";
import { camera } from "../state/store";
import { leader, openMap, type LiveMap } from "./map";
import { bindPick } from "./pick";

/** `onRest` hears whether the far side still draws. */
export function openFarMap(
  container: HTMLElement,
  onError: (error: Error) => void,
  onRest: (resting: boolean) => void,
): Promise<LiveMap> {
  return openMap(container, onError, {
    view: far,
    camera: camera.get(),
    leads: false,
    bind: ({ map, marks, layers, claims }) => [
      bindPick(map, marks, layers, { view: far, opened: onFarSide, claims }),
      bindRest(map, onRest),
      bindTogether(map),
      t.subscribe((speak) => map.getCanvas().setAttribute("aria-label", speak("compare.far"))),
    ],
  });
}

function bindRest(map: MapLibre, tell: (resting: boolean) => void): () => void {
  const rest = (): void => tell(true);
  const work = (): void => tell(false);
  map.on("idle", rest);
  map.on("dataloading", work);
  return () => {
    map.off("idle", rest);
    map.off("dataloading", work);
  };
}

/** A link may open both maps at once: the page's own is waited for. */
function bindTogether(map: MapLibre): () => void {
  let part: (() => void) | null = null;
  const stop = leader.subscribe((near) => {
    part?.();
    part = near && join(near, map);
  });
  return () => {
    stop();
    part?.();
  };
}

/** Whichever of the two is moved takes the other along. */
function join(near: MapLibre, map: MapLibre): () => void {
  let following = false;
  const follow = (from: MapLibre, to: MapLibre) => (): void => {
    if (following) return;
    following = true;
    to.jumpTo({ center: from.getCenter(), zoom: from.getZoom(), bearing: from.getBearing(), pitch: from.getPitch() });
    following = false;
  };
  const [lead, answer] = [follow(near, map), follow(map, near)];
  lead();
  near.on("move", lead);
  map.on("move", answer);
  return () => {
    near.off("move", lead);
    map.off("move", answer);
  };
}
