/** Keeps the address bar and the state in step; opening a feature adds a step that "back" undoes. */

import { profile } from "../api/profile";
import { camera, cameraWish, sameFeature, view } from "./store";
import { parseCamera, parseView, writeCamera, writeView } from "./url";

/** Take the state from the address, then write every change back. Returns the way to stop. */
export function bindAddressBar(): () => void {
  view.set(parseView(location.search));
  camera.set(parseCamera(location.hash));
  // Only a desk's address is anybody's to send on; the others stay what they were opened as.
  if (profile !== "desk") return () => undefined;
  let shown = view.get().selection;

  const write = (): void => {
    const url = `${location.pathname}${writeView(view.get())}${writeCamera(camera.get())}`;
    if (url === location.pathname + location.search + location.hash) return;
    const selection = view.get().selection;
    const opens = selection !== null && shown === null;
    shown = selection;
    if (opens) history.pushState(null, "", url);
    else history.replaceState(history.state, "", url);
  };
  // "Back" closes or reopens a feature and leaves layers, filters and place alone; only an edited hash moves the map.
  const goBack = (): void => {
    const next = parseView(location.search).selection;
    const edited = sameFeature(next, view.get().selection) ? parseCamera(location.hash) : null;
    shown = next;
    view.update((now) => (sameFeature(now.selection, next) ? now : { ...now, selection: next }));
    if (edited) cameraWish.set({ kind: "camera", camera: edited });
    write();
  };
  const stops = [view.subscribe(write), camera.subscribe(write)];
  addEventListener("popstate", goBack);
  return () => {
    stops.forEach((stop) => stop());
    removeEventListener("popstate", goBack);
  };
}
