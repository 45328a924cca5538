/** The camera: answers wishes, tells where it is, leaves room for the panels over the map. */

import type { LngLatBounds, Map as MapLibre, PaddingOptions, StyleSpecification } from "maplibre-gl";
import { profile } from "../api/profile";
import type { Bbox, Catalog, Layer, LonLat } from "../api/types";
import { camera, cameraWish, frame, type CameraWish } from "../state/store";

const POINT_ZOOM = 14;
const BOX_ZOOM = 17;
const HAND_ZOOM = 21;
const EDGE_PX = 40;
/** The map's own buttons stand left of an open panel: no corner is meant to lie under them. */
const BUTTONS_PX = 68;

const isBbox = (value: unknown): value is Bbox =>
  Array.isArray(value) && value.length === 4 && value.every((degree) => typeof degree === "number");

/** Where a visit begins: what the server proposes, else the place of the data that is shown first. */
export function homeOf(style: StyleSpecification, catalog: Catalog): Bbox | null {
  const proposed = (style.metadata as { bounds?: unknown } | undefined)?.bounds;
  if (isBbox(proposed)) return proposed;
  const placed = (layers: readonly Layer[]): Bbox[] =>
    layers.flatMap((layer) => (isBbox(layer.bounds) ? [layer.bounds] : []));
  const size = (box: Bbox): number => (box[2] - box[0]) * (box[3] - box[1]);
  const shown = placed(catalog.layers.filter((layer) => !layer.base && layer.visible));
  const boxes = shown.length ? shown : placed(catalog.layers);
  return boxes.filter((box) => size(box) > 0.01).sort((a, b) => size(a) - size(b))[0] ?? boxes[0] ?? null;
}

/** Room for the chrome that is about to cover the map: it arrives after the map does. */
export function paddingAtStart(widthPx: number): PaddingOptions {
  if (profile !== "desk") return { top: EDGE_PX, right: EDGE_PX, bottom: EDGE_PX, left: EDGE_PX };
  if (widthPx < 640) return { top: 84, right: 20, bottom: 140, left: 20 };
  return { top: EDGE_PX, right: 72, bottom: EDGE_PX + 24, left: widthPx < 1024 ? 84 : 356 };
}

/** Pixels covered by chrome at each side, so that what is shown is not under it. */
function coveredBy(map: MapLibre, rightPx = EDGE_PX): PaddingOptions {
  const whole = map.getContainer().getBoundingClientRect();
  const room: PaddingOptions = { top: EDGE_PX, right: EDGE_PX, bottom: EDGE_PX, left: EDGE_PX };
  for (const element of document.querySelectorAll<HTMLElement>("[data-covers]")) {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    const side = element.dataset.covers;
    if (side === "left") room.left = Math.max(room.left ?? 0, box.right - whole.left + EDGE_PX);
    if (side === "right") room.right = Math.max(room.right ?? 0, whole.right - box.left + rightPx);
    // A sheet on its way to another height counts as what it will be.
    const height = Math.max(box.height, Number.parseFloat(element.style.height) || 0);
    if (side === "bottom") room.bottom = Math.max(room.bottom ?? 0, whole.bottom - box.bottom + height + EDGE_PX);
    if (side === "top") room.top = Math.max(room.top ?? 0, box.bottom - whole.top + EDGE_PX);
  }
  return fitting(room, whole);
}

/** Padding wider than the map would be refused: on a small screen half of it must stay. */
function fitting(room: PaddingOptions, whole: DOMRect): PaddingOptions {
  const { left = 0, right = 0, top = 0, bottom = 0 } = room;
  const across = Math.min(1, (whole.width * 0.75) / (left + right));
  const down = Math.min(1, (whole.height * 0.75) / (top + bottom));
  return { left: left * across, right: right * across, top: top * down, bottom: bottom * down };
}

function reveal(map: MapLibre, lonlat: LonLat): void {
  const { x, y } = map.project([...lonlat]);
  const { clientWidth, clientHeight } = map.getContainer();
  const { left = 0, right = 0, top = 0, bottom = 0 } = coveredBy(map);
  const inside = x >= 0 && y >= 0 && x <= clientWidth && y <= clientHeight;
  // What lies outside the map was not meant: a link may show one place and name another.
  if (!inside) return;
  const dx = x < left ? x - left : x > clientWidth - right ? x - (clientWidth - right) : 0;
  const dy = y < top ? y - top : y > clientHeight - bottom ? y - (clientHeight - bottom) : 0;
  if (dx || dy) map.panBy([dx, dy], { duration: 300 });
}

export function bindCamera(map: MapLibre, home: () => Bbox | null): () => void {
  // MapLibre itself makes moves instant when reduced motion is asked.
  // What opens together with the move covers the map only in the next frame.
  const answer = (wish: CameraWish | null): void => {
    if (!wish) return;
    cameraWish.set(null);
    requestAnimationFrame(() => requestAnimationFrame(() => move(wish)));
  };
  const move = (wish: CameraWish): void => {
    const box = wish.kind === "home" ? home() : wish.kind === "box" ? wish.bbox : null;
    const near = wish.kind === "box" && wish.near === true;
    if (box)
      map.fitBounds([...box], {
        padding: coveredBy(map, near ? BUTTONS_PX : EDGE_PX),
        maxZoom: near ? HAND_ZOOM : BOX_ZOOM,
        duration: 600,
      });
    else if (wish.kind === "reveal") {
      // A panel may arrive during the flight to its feature: moving now would end that flight half-way.
      if (map.isMoving()) map.once("moveend", () => reveal(map, wish.lonlat));
      else reveal(map, wish.lonlat);
    } else if (wish.kind === "point") {
      const padding = coveredBy(map);
      const offset: [number, number] = [
        ((padding.left ?? 0) - (padding.right ?? 0)) / 2,
        ((padding.top ?? 0) - (padding.bottom ?? 0)) / 2,
      ];
      map.easeTo({
        center: [...wish.lonlat],
        offset,
        zoom: wish.zoom ?? Math.max(map.getZoom(), POINT_ZOOM),
        duration: 600,
      });
    } else if (wish.kind === "camera")
      map.jumpTo({
        center: [wish.camera.lon, wish.camera.lat],
        zoom: wish.camera.zoom,
        bearing: wish.camera.bearing ?? 0,
      });
    else if (wish.kind === "zoom") map.zoomTo(map.getZoom() + wish.by, { duration: 200 });
    else if (wish.kind === "north") map.easeTo({ bearing: 0, pitch: 0, duration: 200 });
  };
  const tell = (): void => {
    const { lng, lat } = map.getCenter();
    const bearing = map.getBearing();
    camera.set({ lon: lng, lat, zoom: map.getZoom(), ...(bearing ? { bearing } : {}) });
    tellFrame();
  };
  const tellFrame = (): void => {
    const bounds = map.getBounds();
    frame.set({ bbox: bboxOf(bounds), metersPerPx: metersPerPx(map), bearing: map.getBearing() });
  };
  map.on("moveend", tell);
  map.on("zoom", tellFrame);
  map.on("rotate", tellFrame);
  tell();
  const stop = cameraWish.subscribe(answer);
  return () => {
    stop();
    map.off("moveend", tell);
    map.off("zoom", tellFrame);
    map.off("rotate", tellFrame);
  };
}

const bboxOf = (bounds: LngLatBounds): Bbox => [
  Math.max(-180, bounds.getWest()),
  Math.max(-90, bounds.getSouth()),
  Math.min(180, bounds.getEast()),
  Math.min(90, bounds.getNorth()),
];

/** On the ground at the middle of the map. */
function metersPerPx(map: MapLibre): number {
  const { clientWidth, clientHeight } = map.getContainer();
  const y = clientHeight / 2;
  const span = Math.min(100, clientWidth / 2);
  return map.unproject([clientWidth / 2 - span, y]).distanceTo(map.unproject([clientWidth / 2 + span, y])) / (2 * span);
}
