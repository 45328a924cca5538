/** A drawn circle: known by its centre and radius, kept as the ring the server draws around them. */

import { ApiError } from "../api/client";
import { fetchBuffer } from "../api/measure";
import type { Bbox, LonLat } from "../api/types";
import { changeDrawing, circleWords, positionsOf, type Drawing, type DrawingGeometry } from "./drawings";
import { estimateCircle, estimateDistance } from "./estimate";
import { drawingFault, held } from "./sketch";

export interface Circle {
  readonly centre: LonLat;
  readonly radiusM: number;
}

/** A ring out of a link or a file tells its radius to a few parts in a thousand: a round number that near was meant. */
const ROUND_WITHIN = 0.003;

/** Null for what is no circle. */
export function circleOf({ geometry, properties }: Drawing): Circle | null {
  if (properties.kind !== "circle" || geometry.type !== "Polygon") return null;
  const places = positionsOf(geometry);
  const middle = (axis: 0 | 1): number => {
    const degrees = places.map((place) => place[axis] ?? 0);
    return (Math.min(...degrees) + Math.max(...degrees)) / 2;
  };
  const found: LonLat = [middle(0), middle(1)];
  const span = Math.max(...places.map(([lon = 0, lat = 0]) => estimateDistance(found, [lon, lat])));
  const kept = properties.centre;
  const centre = kept && estimateDistance(kept, found) <= ROUND_WITHIN * span ? kept : found;
  const measured = Math.max(...places.map(([lon = 0, lat = 0]) => estimateDistance(centre, [lon, lat])));
  const meant = properties.radius_m ?? Number(measured.toPrecision(3));
  return { centre, radiusM: Math.abs(meant - measured) <= ROUND_WITHIN * measured ? meant : measured };
}

/** Where its radius is taken hold of: east of the centre. */
export const rimOf = ({ centre, radiusM }: Circle): LonLat => estimateCircle(centre, radiusM)[0] ?? centre;

/** As it looks while it is held. */
export const ringOf = ({ centre, radiusM }: Circle): DrawingGeometry => ({
  type: "Polygon",
  coordinates: [estimateCircle(centre, radiusM).map((place) => [...place])],
});

/** The box it lies in. */
export function boxOf({ centre, radiusM }: Circle): Bbox {
  const ring = estimateCircle(centre, radiusM);
  const [lons, lats] = [ring.map(([lon]) => lon), ring.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** A circle after its centre (0) or its rim (1) was moved. */
export function movedCircle({ centre, radiusM }: Circle, grip: number, to: LonLat): Circle {
  return grip === 0 ? { centre: to, radiusM } : { centre, radiusM: estimateDistance(centre, to) };
}

/** Circles on their way to the server and back, by drawing. */
const underway = new Map<string, Circle>();

/** The circle as it was last meant: what the server has not drawn yet counts. */
export const circleNow = (drawing: Drawing): Circle | null => underway.get(drawing.id) ?? circleOf(drawing);

/**
 * The server draws it anew; until then it looks as it was held. False where that failed, and it stays as it was, or where
 * a newer change took its place.
 */
export async function reshapeCircle(id: string, circle: Circle): Promise<boolean> {
  const { centre, radiusM } = circle;
  const shown = { id, geometry: ringOf(circle) };
  drawingFault.set(null);
  underway.set(id, circle);
  held.set(shown);
  try {
    const { geometry } = await fetchBuffer({ type: "Point", coordinates: [...centre] }, radiusM);
    if (underway.get(id) !== circle) return false;
    const coordinates = geometry.type === "Polygon" ? geometry.coordinates : (geometry.coordinates[0] ?? []);
    changeDrawing(id, { geometry: { type: "Polygon", coordinates }, properties: circleWords(centre, radiusM) });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    drawingFault.set(error.text);
    return false;
  } finally {
    if (underway.get(id) === circle) underway.delete(id);
    // A hand may hold it again by now.
    if (held.get() === shown) held.set(null);
  }
}
