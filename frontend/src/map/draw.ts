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
import { addPoint, chosenCorner, drawingColor, finish, held, heldOutline, isEnough } from "../state/sketch";
import { extendLine, inHand } from "../state/reshape";
import { bindDrawings } from "../state/shared-drawings";
import { language, pointer } from "../state/store";
import { isDrawing, reshaped, sketch, toolsOpen } from "../state/tools";
import { token } from "../style/token";
import type { Corner } from "../state/vertices";
import { drawnFeatures } from "./drawing-features";
import { gripOf, outlineGrip, type Grip } from "./grip";
import { HANDLES, SHAPES, SOURCE, withDrawings } from "./drawing-style";

const NEAR_PX = { mouse: 9, touch: 22 };
const CORNER_FIRST_PX = 4;
/** A double click ends the sketch by its second click; what follows must not zoom. */
const DOUBLE_MS = 500;
/** A finger held still on a corner takes it away. */
const HOLD_MS = 600;
const STILL_PX = 6;

type Press = MapMouseEvent | MapTouchEvent;

const isTouch = ({ originalEvent }: Press): boolean =>
  originalEvent.type.startsWith("touch") || (originalEvent as PointerEvent).pointerType === "touch";
const reachOf = (event: Press): number => (isTouch(event) ? NEAR_PX.touch : NEAR_PX.mouse);

/** What is to be drawn now. */
function drawnNow(): FeatureCollection {
  const outline = heldOutline.get() ?? reshaped.get();
  const scene = {
    drawings: drawings.get(),
    sketch: sketch.get(),
    pointer: isDrawing.get() ? pointer.get() : null,
    chosen: toolsOpen.get() && !reshaped.get() ? chosenDrawing.get() : null,
    corner: chosenCorner.get(),
    held: held.get(),
    outline,
    inHand: outline && inHand(outline),
    figures: figures.get(),
    color: drawingColor.get(),
    // Not the accent: what it was before is outlined in that.
    outlineColor: token("--chart-4"),
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
  const pxFrom = (event: Press, at: LonLat): number => {
    const { x, y } = map.project([...at]);
    return Math.hypot(x - event.point.x, y - event.point.y);
  };
  const farOf = (event: Press, { geometry }: ReturnType<typeof under>[number]): number =>
    geometry.type === "Point" ? pxFrom(event, geometry.coordinates as [number, number]) : Infinity;
  /** Of several handles in reach the nearest; a corner before the middle of a short side. */
  const nearest = (event: Press, hits: ReturnType<typeof under>): ReturnType<typeof under>[number] | undefined => {
    const far = (hit: (typeof hits)[number]): number =>
      farOf(event, hit) - (hit.properties.role === "corner" ? CORNER_FIRST_PX : 0);
    return hits.sort((a, b) => far(a) - far(b))[0];
  };
  const isNear = (event: Press, at: LonLat | undefined): boolean =>
    at !== undefined && pxFrom(event, at) <= reachOf(event);

  const place = ({ lngLat }: Press): LonLat => [lngLat.lng, lngLat.lat];

  let endedAt = -DOUBLE_MS;
  /** The press has moved or made a corner: its click sets no other. */
  let isSpent = false;
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
    // While a shape is corrected a press beside it opens nothing else.
    if (reshaped.get()) {
      // A finger held still beside a vertex means a new one there, however near.
      const isOn = under(event, HANDLES).some((hit) => farOf(event, hit) <= NEAR_PX.mouse);
      if (!isSpent && !isOn) extendLine(place(event));
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

  /** How a corner of the shape in hand is taken hold of; null while no shape is. */
  const gripper = (): ((at: Corner, added: LonLat | null) => Grip) | null => {
    const outline = reshaped.get();
    if (outline) return (at, added) => outlineGrip(outline, at, added);
    const drawing = toolsOpen.get() && !isDrawing.get() ? drawingOf(drawings.get(), chosenDrawing.get()) : null;
    return drawing && ((at, added) => gripOf(drawing, at, added));
  };
  const press = (event: Press): void => {
    isSpent = false;
    const take = gripper();
    if (!take) return;
    const hit = nearest(event, under(event, HANDLES));
    if (!hit) return;
    event.preventDefault();
    const at: Corner = { ring: Number(hit.properties.ring), index: Number(hit.properties.index) };
    const isNew = hit.properties.role === "middle";
    const grip = take(at, isNew ? place(event) : null);
    let isMoved = false;
    const hold = (moved: Press): void => {
      moved.preventDefault();
      if (!isMoved && Math.hypot(moved.point.x - event.point.x, moved.point.y - event.point.y) < slack) return;
      isMoved = true;
      clearTimeout(long);
      grip.hold(place(moved));
    };
    const letGo = new AbortController();
    const release = (): void => {
      letGo.abort();
      clearTimeout(long);
      for (const name of ["mousemove", "touchmove"] as const) map.off(name, hold);
      if (isMoved) held.set(null);
      heldOutline.set(null);
      if (!isMoved && !isNew) return;
      isSpent = true;
      grip.drop();
    };
    const slack = isTouch(event) ? STILL_PX : 0;
    const takeAway = (): void => {
      release();
      grip.remove();
    };
    const long = isTouch(event) && !isNew ? setTimeout(takeAway, HOLD_MS) : undefined;
    for (const name of ["mousemove", "touchmove"] as const) map.on(name, hold);
    // Whichever comes ends all three: one left over would put this shape back after a later change.
    for (const name of ["mouseup", "touchend", "touchcancel"]) addEventListener(name, release, letGo);
  };

  map.on("dblclick", doubleClick);
  map.on("mousedown", press);
  map.on("touchstart", press);
  const shapes = [drawings, sketch, chosenDrawing, chosenCorner, held, reshaped, heldOutline];
  const cells = [...shapes, figures, drawingColor, toolsOpen, language];
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
