/** Drawings and the sketch as features to be drawn: shapes, corners that can be held, and lengths beside their sides. */

import type { Feature, FeatureCollection, Geometry, Position } from "geojson";
import type { Language, LonLat } from "../api/types";
import { circleOf, rimOf } from "../state/circles";
import type { Drawing, DrawingGeometry, Drawings } from "../state/drawings";
import { estimateCircle, estimateDistance } from "../state/estimate";
import type { Answer } from "../state/figures";
import { shapeOf } from "../state/sketch";
import type { Sketch } from "../state/tools";
import { cornersOf, linesOf, middleAfter, type Corner, type Outline, type Shape } from "../state/vertices";
import { formatDistance } from "../text/format";

export type Role = "shape" | "sketch" | "corner" | "middle" | "side" | "edge";

export interface Scene {
  readonly drawings: Drawings;
  readonly sketch: Sketch | null;
  readonly pointer: LonLat | null;
  readonly chosen: string | null;
  readonly corner: Corner | null;
  readonly held: { readonly id: string; readonly geometry: DrawingGeometry } | null;
  /** The feature's own shape while it is corrected. */
  readonly outline: Outline | null;
  /** The part of it whose corners are in hand. */
  readonly inHand: Outline | null;
  readonly figures: Answer | null;
  readonly color: string;
  /** Of the shape that is corrected. */
  readonly outlineColor: string;
  readonly language: Language;
}

type Drawn = Feature<Geometry, Record<string, unknown> & { readonly role: Role }>;

/** More would cover what they measure. */
const MAX_SIDES = 40;

const feature = (role: Role, geometry: Geometry, properties: Record<string, unknown> = {}): Drawn => ({
  type: "Feature",
  geometry,
  properties: { role, ...properties },
});
const point = (at: Position): Geometry => ({ type: "Point", coordinates: at });
const between = (a: Position, b: Position): Position => [
  ((a[0] ?? 0) + (b[0] ?? 0)) / 2,
  ((a[1] ?? 0) + (b[1] ?? 0)) / 2,
];

const LEAST_M = 0.05;

/** The length of every side at its middle: exact where the server has told it, else with ≈. */
function sides(geometry: Shape, { figures, language, color }: Scene): Drawn[] {
  if (geometry.type === "Point") return [];
  const exact = figures?.geometry === geometry ? figures.measured?.geodesic.segments_m : null;
  const lines = linesOf(geometry);
  if (lines.reduce((sum, line) => sum + line.length, 0) > MAX_SIDES) return [];
  return lines.flatMap((line, ring) =>
    line.slice(1).flatMap((end, index) => {
      const start = line[index] ?? end;
      const known = exact?.[ring]?.[index];
      const length = known ?? estimateDistance(start as unknown as LonLat, end as unknown as LonLat);
      // The pointer still rests on the last corner.
      if (length < LEAST_M) return [];
      const text = `${known === undefined ? "≈ " : ""}${formatDistance(length, language)}`;
      return [feature("side", point(between(start, end)), { text, color })];
    }),
  );
}

function handles(geometry: Shape, color: string, chosen: Corner | null): Drawn[] {
  return cornersOf(geometry).flatMap((corners, ring) =>
    corners.flatMap((at, index) => {
      const isChosen = chosen?.ring === ring && chosen.index === index;
      const corner = feature("corner", point(at), { color, ring, index, chosen: isChosen });
      const middle = middleAfter(geometry, { ring, index });
      return middle ? [corner, feature("middle", point([...middle]), { color, ring, index })] : [corner];
    }),
  );
}

/** A circle is held by its centre and by its rim. */
function grips(drawing: Drawing, { held, language }: Scene): Drawn[] {
  const isHeld = held?.id === drawing.id;
  // What is held tells its own radius, not the one it had before.
  const circle = circleOf(isHeld ? { ...drawing, properties: { ...drawing.properties, radius_m: 0 } } : drawing);
  if (!circle) return [];
  const { color } = drawing.properties;
  const rim = rimOf(circle);
  const text = `${isHeld ? "≈ " : ""}${formatDistance(circle.radiusM, language)}`;
  return [
    ...[circle.centre, rim].map((at, index) => feature("corner", point([...at]), { color, ring: 0, index })),
    feature("side", point(between([...circle.centre], [...rim])), { text, color }),
  ];
}

function sketched(scene: Scene): Drawn[] {
  const { sketch, pointer, color, language } = scene;
  if (!sketch) return [];
  const fixed = sketch.points.map((at) => feature("edge", point([...at]), { color }));
  const [centre] = sketch.points;
  if (sketch.tool === "circle" && centre && pointer) {
    const radius = estimateDistance(centre, pointer);
    const ring = estimateCircle(centre, radius).map((at) => [...at]);
    const text = `≈ ${formatDistance(radius, language)}`;
    return [
      feature("sketch", { type: "Polygon", coordinates: [ring] }, { color }),
      ...fixed,
      feature("side", point([...pointer]), { text, color }),
    ];
  }
  const settled = shapeOf(sketch);
  const shape = shapeOf(sketch, pointer);
  const measured = scene.figures && JSON.stringify(scene.figures.geometry) === JSON.stringify(settled);
  const labelled = measured && sketch.done ? scene.figures.geometry : shape;
  return [
    ...(shape && shape.type !== "Point" ? [feature("sketch", shape, { color })] : []),
    ...fixed,
    ...(labelled ? sides(labelled, scene) : []),
  ];
}

function corrected(scene: Scene): Drawn[] {
  const { outline, inHand, corner, outlineColor } = scene;
  if (!outline || !inHand) return [];
  const drawn = (geometry: Outline, chosen: boolean): Drawn[] =>
    // A line begins as one vertex.
    (linesOf(geometry)[0]?.length ?? 0) > 1
      ? [feature("shape", geometry, { color: outlineColor, name: "", chosen })]
      : [];
  const others = outline === inHand ? [] : drawn(outline, false);
  const own = { ...scene, color: outlineColor };
  return [...others, ...drawn(inHand, true), ...handles(inHand, outlineColor, corner), ...sides(inHand, own)];
}

export function drawnFeatures(scene: Scene): FeatureCollection {
  const kept = scene.drawings.features.flatMap((one) => {
    const geometry = scene.held?.id === one.id ? scene.held.geometry : one.geometry;
    const { color, name, kind } = one.properties;
    const isChosen = one.id === scene.chosen;
    const shape = feature("shape", geometry, { color, name, id: one.id, chosen: isChosen });
    if (!isChosen) return [shape];
    if (kind === "circle") return [shape, ...grips({ ...one, geometry }, scene)];
    return [shape, ...handles(geometry, color, scene.corner), ...sides(geometry, { ...scene, color })];
  });
  return { type: "FeatureCollection", features: [...kept, ...sketched(scene), ...corrected(scene)] };
}
