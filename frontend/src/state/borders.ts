/** Outlines that share corners: what is done to the first one's border is done to those that touch it. Pure. */

import type { MultiPolygon, Polygon, Position } from "geojson";
import type { Outline } from "./vertices";

type Ring = readonly Position[];

/** A millimetre: corners nearer than this are one. */
const SAME_DEG = 1e-8;
/** Two centimetres: a corner this near to an edge lies on it. */
const ON_EDGE_DEG = 2e-7;

const isSame = (a: Position | undefined, b: Position | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  Math.abs((a[0] ?? 0) - (b[0] ?? 0)) < SAME_DEG &&
  Math.abs((a[1] ?? 0) - (b[1] ?? 0)) < SAME_DEG;

/** How far along an edge a place lies on it, 0 to 1; null where it lies beside it or at an end. */
function along(start: Position, end: Position, at: Position): number | null {
  const [x0 = 0, y0 = 0] = start;
  const [x1 = 0, y1 = 0] = end;
  const [x = 0, y = 0] = at;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length2 = dx * dx + dy * dy;
  if (!length2 || isSame(start, at) || isSame(end, at)) return null;
  const share = ((x - x0) * dx + (y - y0) * dy) / length2;
  if (share <= 0 || share >= 1) return null;
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy) < ON_EDGE_DEG ? share : null;
}

/** A closed ring with those of these places that lie on its edges among its corners. */
const withPlaces = (ring: Ring, places: readonly Position[]): Position[] =>
  ring.flatMap((start, index) => {
    const end = ring[index + 1];
    if (!end) return [start];
    const found = places.flatMap((at) => {
      const share = along(start, end, at);
      return share === null ? [] : [{ at, share }];
    });
    const sorted = found.sort((a, b) => a.share - b.share).map(({ at }) => at);
    return [start, ...sorted.filter((at, place) => !isSame(at, sorted[place - 1]))];
  });

const welded = (shape: Polygon, others: readonly Polygon[]): Polygon => {
  const places = others.flatMap((one) => one.coordinates.flat());
  return { ...shape, coordinates: shape.coordinates.map((ring) => withPlaces(ring, places)) };
};

/** A shape and those that touch it, each with the corners the others have on its border. */
export function joined(
  own: Polygon,
  near: ReadonlyMap<string, Polygon>,
): { readonly shape: MultiPolygon; readonly ids: readonly string[] } {
  const first = welded(own, [...near.values()]);
  const corners = first.coordinates.flat();
  const touching = [...near]
    .map(([id, shape]) => [id, welded(shape, [first])] as const)
    .filter(([, shape]) => shape.coordinates.flat().some((at) => corners.some((corner) => isSame(at, corner))));
  const shapes = [first, ...touching.map(([, shape]) => shape)];
  return {
    shape: { type: "MultiPolygon", coordinates: shapes.map((one) => one.coordinates) },
    ids: touching.map(([id]) => id),
  };
}

const closed = (ring: readonly Position[]): Position[] => [...ring, ...(ring[0] ? [ring[0]] : [])];

/** A ring after what was done to the corners of another, both without what closes them. */
function alike(ring: Ring, was: Ring, now: Ring): Position[] {
  const corners = ring.slice(0, -1);
  if (now.length === was.length) {
    const moves = was.flatMap((from, index) => (isSame(from, now[index]) ? [] : [{ from, to: now[index] ?? from }]));
    return closed(corners.map((at) => moves.find(({ from }) => isSame(from, at))?.to ?? at));
  }
  const place = now.length > was.length ? now.findIndex((at, index) => !isSame(at, was[index])) : -1;
  const added = now[place];
  if (added) {
    const [before, after] = [was[(place - 1 + was.length) % was.length], was[place % was.length]];
    return closed(
      corners.flatMap((at, index) => {
        const next = corners[(index + 1) % corners.length];
        const isEdge = (isSame(at, before) && isSame(next, after)) || (isSame(at, after) && isSame(next, before));
        return isEdge ? [at, added] : [at];
      }),
    );
  }
  const gone = was.find((at) => !now.some((kept) => isSame(at, kept)));
  const rest = corners.filter((at) => !isSame(at, gone));
  return closed(rest.length < 3 ? corners : rest);
}

/** What was done to the first of several outlines, done to the corners the others share with it. */
export function followed(before: Outline, after: Outline): Outline {
  if (before.type !== "MultiPolygon" || after.type !== "MultiPolygon") return after;
  const [was, now] = [before.coordinates[0], after.coordinates[0]];
  if (!was || !now || was.length !== now.length) return after;
  const others = after.coordinates
    .slice(1)
    .map((rings) =>
      now.reduce(
        (changed, ring, place) =>
          changed.map((line) => alike(line, (was[place] ?? ring).slice(0, -1), ring.slice(0, -1))),
        rings,
      ),
    );
  return { ...after, coordinates: [now, ...others] };
}

/** Whether a place lies in a polygon. */
export function covers(shape: Polygon, [x, y]: readonly [number, number]): boolean {
  const edges = shape.coordinates.flatMap((ring) =>
    ring.slice(1).map((end, index) => [ring[index] ?? end, end] as const),
  );
  const crossed = edges.filter(
    ([[x0 = 0, y0 = 0], [x1 = 0, y1 = 0]]) => y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0),
  );
  return crossed.length % 2 === 1;
}
