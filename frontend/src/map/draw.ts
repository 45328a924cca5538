/** The hand on the map: points set, corners held and moved, drawings chosen. The rest of the viewer sees only state. */

import type {
  GeoJSONSource,
  Map as MapLibre,
  MapMouseEvent,
  MapTouchEvent,
  PointLike,
  StyleSpecification,
} from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import type { LonLat } from "../api/types";
import { chosenDrawing, drawingOf, drawings } from "../state/drawings";
import { figures } from "../state/figures";
import { addPoint, chosenCorner, drawingColor, finish, held, isEnough } from "../state/sketch";
import { bindDrawings } from "../state/shared-drawings";
import { language, pointer } from "../state/store";
import { isDrawing, sketch, toolsOpen } from "../state/tools";
import { token } from "../style/token";
import type { Corner } from "../state/vertices";
import { drawnFeatures } from "./drawing-features";
import { gripOf } from "./grip";
import { HANDLES, SHAPES, SOURCE, withDrawings } from "./drawing-style";

const NEAR_PX = { mouse: 9, touch: 22 };
/** A double click ends the sketch by its second click; what follows must not zoom. */
const DOUBLE_MS = 500;

type Press = MapMouseEvent | MapTouchEvent;

const reachOf = ({ originalEvent }: Press): number =>
  originalEvent.type.startsWith("touch") || (originalEvent as PointerEvent).pointerType === "touch"
    ? NEAR_PX.touch
    : NEAR_PX.mouse;

/** What is to be drawn now. */
function drawnNow(): FeatureCollection {
  const scene = {
    drawings: drawings.get(),
    sketch: sketch.get(),
    pointer: isDrawing.get() ? pointer.get() : null,
    chosen: toolsOpen.get() ? chosenDrawing.get() : null,
    corner: chosenCorner.get(),
    held: held.get(),
    figures: figures.get(),
    color: drawingColor.get(),
    language: language.get(),
  };
  return drawnFeatures(scene);
}

export interface Hand {
  readonly dress: (style: StyleSpecification) => StyleSpecification;
  readonly claims: (event: MapMouseEvent) => boolean;
  readonly close: () => void;
}

export function takeHand(map: MapLibre): Hand {
  const stopDrawings = bindDrawings(token("--chart-1"));
  let frame = 0;
  const draw = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => void map.getSource<GeoJSONSource>(SOURCE)?.setData(drawnNow()));
  };
  const under = (event: Press, layers: string[]): ReturnType<MapLibre["queryRenderedFeatures"]> => {
    const reach = reachOf(event);
    const { x, y } = event.point;
    const box: [PointLike, PointLike] = [
      [x - reach, y - reach],
      [x + reach, y + reach],
    ];
    return map.queryRenderedFeatures(box, { layers: layers.filter((id) => map.getLayer(id)) });
  };
  const isNear = (event: Press, at: LonLat | undefined): boolean => {
    if (!at) return false;
    const { x, y } = map.project([...at]);
    return Math.hypot(x - event.point.x, y - event.point.y) <= reachOf(event);
  };

  let endedAt = -DOUBLE_MS;
  const claims = (event: MapMouseEvent): boolean => {
    const now = sketch.get();
    if (now && !now.done) {
      const { points, tool } = now;
      const onFirst = (tool === "area" || tool === "polygon") && isNear(event, points[0]);
      if (isEnough(now) && (onFirst || isNear(event, points.at(-1)))) {
        endedAt = performance.now();
        void finish();
      } else if (!isNear(event, points.at(-1))) addPoint([event.lngLat.lng, event.lngLat.lat]);
      return true;
    }
    if (!toolsOpen.get()) return false;
    const hit = under(event, SHAPES).find((one) => one.properties.role === "shape");
    const id = typeof hit?.properties.id === "string" ? hit.properties.id : null;
    if (!id && !chosenDrawing.get()) return false;
    if (id !== chosenDrawing.get()) {
      chosenCorner.set(null);
      chosenDrawing.set(id);
    }
    return true;
  };
  const doubleClick = (event: MapMouseEvent): void => {
    if (isDrawing.get() || performance.now() - endedAt < DOUBLE_MS) event.preventDefault();
  };

  const press = (event: Press): void => {
    const drawing = toolsOpen.get() && !isDrawing.get() ? drawingOf(drawings.get(), chosenDrawing.get()) : null;
    if (!drawing) return;
    const hit = under(event, HANDLES).sort((a, b) => HANDLES.indexOf(a.layer.id) - HANDLES.indexOf(b.layer.id))[0];
    if (!hit) return;
    event.preventDefault();
    const place = (moved: Press): LonLat => [moved.lngLat.lng, moved.lngLat.lat];
    const at: Corner = { ring: Number(hit.properties.ring), index: Number(hit.properties.index) };
    const isNew = hit.properties.role === "middle";
    const grip = gripOf(drawing, at, isNew ? place(event) : null);
    let isMoved = false;
    const hold = (moved: Press): void => {
      moved.preventDefault();
      isMoved = true;
      held.set({ id: drawing.id, geometry: grip.move(place(moved)) });
    };
    const release = (): void => {
      for (const name of ["mousemove", "touchmove"] as const) map.off(name, hold);
      if (isMoved) held.set(null);
      if (isMoved || isNew) grip.drop();
    };
    for (const name of ["mousemove", "touchmove"] as const) map.on(name, hold);
    for (const name of ["mouseup", "touchend", "touchcancel"]) addEventListener(name, release, { once: true });
  };

  map.on("dblclick", doubleClick);
  map.on("mousedown", press);
  map.on("touchstart", press);
  const cells = [drawings, sketch, chosenDrawing, chosenCorner, held, figures, drawingColor, toolsOpen, language];
  const stops = [
    ...cells.map((one) => one.subscribe(draw)),
    pointer.subscribe(() => isDrawing.get() && draw()),
    isDrawing.subscribe((on) => {
      map.getCanvas().style.cursor = on ? "crosshair" : "";
    }),
  ];
  const close = (): void => {
    stops.forEach((stop) => stop());
    stopDrawings();
    cancelAnimationFrame(frame);
    map.off("dblclick", doubleClick);
    map.off("mousedown", press);
    map.off("touchstart", press);
  };
  return { dress: (style) => withDrawings(style, drawnNow(), token("--surface")), claims, close };
}
