/** What is being measured or drawn just now, point by point. */

import { ApiError } from "../api/client";
import { fetchBuffer } from "../api/measure";
import type { LocalText, LonLat } from "../api/types";
import { cell } from "./cell";
import {
  addDrawing,
  chosenDrawing,
  circleWords,
  drawings,
  MAX_POINTS,
  type Drawing,
  type DrawingGeometry,
  type DrawingProperties,
} from "./drawings";
import { estimateDistance } from "./estimate";
import { t } from "./language";
import { sketch, type DrawingKind, type Sketch, type Tool } from "./tools";
import type { Corner, Outline } from "./vertices";

/** `#rrggbb` of what is drawn next. */
export const drawingColor = cell("");
export const chosenCorner = cell<Corner | null>(null);
/** A drawing while one of its corners is held. */
export const held = cell<{ readonly id: string; readonly geometry: DrawingGeometry } | null>(null);
/** The shape that is corrected while one of its corners is held. */
export const heldOutline = cell<Outline | null>(null);
/** Why the last step could not be taken. */
export const drawingFault = cell<LocalText | null>(null);

const LEAST: Readonly<Record<Tool, number>> = { distance: 2, area: 3, point: 1, line: 2, polygon: 3, circle: 2 };
const isRing = (tool: Tool): boolean => tool === "area" || tool === "polygon";

export const isEnough = (now: Sketch | null): boolean => now !== null && now.points.length >= LEAST[now.tool];

export function startTool(tool: Tool): void {
  chosenDrawing.set(null);
  chosenCorner.set(null);
  drawingFault.set(null);
  sketch.set({ tool, points: [], done: false });
}

export function addPoint(at: LonLat): void {
  const now = sketch.get();
  if (!now || now.done || now.points.length >= MAX_POINTS) return;
  const next = { ...now, points: [...now.points, at] };
  sketch.set(next);
  if (next.tool === "point" || (next.tool === "circle" && next.points.length === 2)) void finish();
}

export const dropPoint = (): void =>
  sketch.update((now) => (now && !now.done ? { ...now, points: now.points.slice(0, -1) } : now));

export const cancelSketch = (): void => sketch.set(null);

/** The shape drawn so far, with the pointer as its next point; null while there is none. */
export function shapeOf(now: Sketch, next: LonLat | null = null): DrawingGeometry | null {
  const points = (next && !now.done ? [...now.points, next] : now.points).map((point) => [...point]);
  const first = points[0];
  if (!first) return null;
  if (points.length === 1 || now.tool === "point") return { type: "Point", coordinates: first };
  if (isRing(now.tool) && points.length > 2) return { type: "Polygon", coordinates: [[...points, first]] };
  return { type: "LineString", coordinates: points };
}

/** End the sketch: a measure stays to be read, a drawing is kept. False where points are missing. */
export async function finish(): Promise<boolean> {
  const now = sketch.get();
  if (!now || now.done || !isEnough(now)) return false;
  const [centre, edge] = now.points;
  if (now.tool === "circle" && centre && edge) return drawCircle(centre, estimateDistance(centre, edge));
  if (now.tool === "distance" || now.tool === "area") {
    sketch.set({ ...now, done: true });
    return true;
  }
  const shape = shapeOf(now);
  sketch.set(null);
  return shape !== null && keep(shape, now.tool) !== null;
}

/** A finished measure becomes a drawing. */
export function keepMeasure(): void {
  const now = sketch.get();
  const shape = now && isEnough(now) ? shapeOf(now) : null;
  sketch.set(null);
  if (shape) keep(shape, shape.type === "Polygon" ? "polygon" : "line");
}

/** What lies within so many metres of the centre, as the server draws it. */
export async function drawCircle(centre: LonLat, radiusM: number): Promise<boolean> {
  sketch.set(null);
  return (await drawAround({ type: "Point", coordinates: [...centre] }, radiusM, null)) !== null;
}

/** The buffer of a shape as a new drawing; `name` is that of the drawing it surrounds. */
export async function drawAround(
  geometry: DrawingGeometry,
  distanceM: number,
  name: string | null,
): Promise<Drawing | null> {
  drawingFault.set(null);
  try {
    const { geometry: around } = await fetchBuffer(geometry, distanceM);
    const coordinates = around.type === "Polygon" ? around.coordinates : (around.coordinates[0] ?? []);
    if (geometry.type !== "Point") return keep({ type: "Polygon", coordinates }, "polygon", name);
    const [lon = 0, lat = 0] = geometry.coordinates;
    return keep({ type: "Polygon", coordinates }, "circle", name, circleWords([lon, lat], distanceM));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    drawingFault.set(error.text);
    return null;
  }
}

const FULL: LocalText = {
  vi: "Đã đủ số hình vẽ giữ được. Xoá bớt hoặc xuất ra tệp rồi vẽ tiếp.",
  en: "As many drawings as can be kept are there. Delete some, or export them to a file.",
};

const KIND_WORDS = {
  point: "draw.kind.point",
  line: "draw.kind.line",
  polygon: "draw.kind.polygon",
  circle: "draw.kind.circle",
} as const;

function keep(
  geometry: DrawingGeometry,
  kind: DrawingKind,
  name: string | null = null,
  words: Partial<DrawingProperties> = {},
): Drawing | null {
  const count = drawings.get().features.filter((one) => one.properties.kind === kind).length + 1;
  const given = name ?? `${t.get()(KIND_WORDS[kind])} ${count}`;
  const added = addDrawing(geometry, { name: given, note: "", color: drawingColor.get(), kind, ...words });
  if (!added) drawingFault.set(FULL);
  return added;
}
