"""Open ground that parcels enclose: gaps between them, found around what changed or block by block of a commune.

Metres of one zone throughout (easting, northing). A gap is looked for up to `LONGEST_M` across: whatever lies in it or
around it lies within that distance, so looking at a part of the map finds the same gaps as looking at all of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection

from land_records.models import Parcel
from land_records.quality.found import MOST_PARCELS, Found
from land_records.quality.rules import Limits, sound_plane
from land_records.quality.terms import ProblemKind

NEAR_M, LONGEST_M = 20.0, 250.0
"""How far around it is looked at first, and at most: the diagonal of the longest gap. Chosen here."""
BLOCK_M = 1_000.0
"""Side of the blocks in which a commune is gone through."""
TOUCH_M = 0.01
"""Nearer than this they touch: land.md §12, snap tolerance."""
_NOTHING_M2 = 1e-6

Parcels = tuple[int, ...]
Gaps = dict[Parcels, list[shapely.Polygon]]
"""Gaps by the parcels around them."""

_WITHIN = f"""
select su_id, st_asbinary({sound_plane("geom", "%(zone)s")}) from {Parcel._meta.db_table}
where is_current and geom && st_envelope(st_transform(st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s,
    %(zone)s), 4326)) order by su_id
"""
_BLOCKS = f"""
select distinct floor(st_xmin(there) / %(side)s)::int, floor(st_ymin(there) / %(side)s)::int,
    floor(st_xmax(there) / %(side)s)::int, floor(st_ymax(there) / %(side)s)::int
from {Parcel._meta.db_table} cross join lateral (select st_transform(geom, %(zone)s) as there offset 0) plane
where is_current and commune_id = %(commune)s
"""
_DEGREES = """
select st_asbinary(st_multi(st_collectionextract(st_makevalid(st_transform(st_geomfromwkb(shape, %s), 4326)), 3)))
from unnest(%s::bytea[]) with ordinality one (shape, place) order by place
"""


@dataclass(slots=True)
class Search:
    """Looks for gaps on the plane of a zone (EPSG code); `looked_at` gathers the parcels it read."""

    zone: int
    allowed: Limits
    looked_at: set[int]

    def around(self, grounds: Sequence[shapely.Geometry]) -> Gaps:
        """Gaps that touch any of these grounds."""
        found: Gaps = defaultdict(list)
        sound = [ground for ground in grounds if not ground.is_empty]
        boxes = [shapely.box(*ground.bounds).buffer(NEAR_M, join_style="mitre") for ground in sound]
        for part in shapely.get_parts(shapely.union_all(boxes)):
            ground = shapely.union_all([one for one in sound if one.intersects(part)])
            for parcels, gap in self._near(ground):
                found[parcels].append(gap)
        return found

    def in_commune(self, commune: int) -> Gaps:
        """All gaps in the blocks where a commune (by key) has parcels; in others' parcels too."""
        found: Gaps = defaultdict(list)
        for column, row in sorted(self._blocks(commune)):
            west, south = column * BLOCK_M, row * BLOCK_M
            block = shapely.box(west, south, west + BLOCK_M, south + BLOCK_M)
            inside, _, tree, su_ids = self._open(block, LONGEST_M)
            for gap in inside:
                left, bottom, *_ = gap.bounds
                # of the blocks that a gap reaches into, the one of its lower left corner tells it
                if left // BLOCK_M == column and bottom // BLOCK_M == row:
                    found[_beside(gap, tree, su_ids)].append(gap)
        return found

    def _near(self, ground: shapely.Geometry) -> Iterator[tuple[Parcels, shapely.Polygon]]:
        """Look a little around first: mostly there is no open ground, or it ends there."""
        for reach in (NEAR_M, LONGEST_M):
            inside, outside, tree, su_ids = self._open(shapely.box(*ground.bounds), reach, ground)
            if not outside:
                break
        for gap in inside:
            yield _beside(gap, tree, su_ids), gap

    def _open(
        self, box: shapely.Polygon, reach: float, ground: shapely.Geometry | None = None
    ) -> tuple[list[shapely.Polygon], bool, shapely.STRtree, list[int]]:
        """Gaps within reach of a box, that touch `ground`; whether open ground there leads further out.

        With them the parcels there: their tree and numbers.
        """
        window = box.buffer(reach, join_style="mitre")
        su_ids, shapes = self._parcels(window)
        opened = shapely.get_parts(window.difference(shapely.union_all(shapes)))
        parts = [part for part in opened if part.area > _NOTHING_M2]
        if ground is not None:
            shapely.prepare(ground)
            parts = [part for part in parts if shapely.dwithin(ground, part, TOUCH_M)]
        edge = window.exterior
        closed = [part for part in parts if not part.intersects(edge)]
        gaps = [part for part in closed if _diagonal(part) <= LONGEST_M and self.allowed.is_gap(part)]
        return gaps, len(closed) < len(parts), shapely.STRtree(shapes), su_ids

    def _parcels(self, window: shapely.Polygon) -> tuple[list[int], list[shapely.Geometry]]:
        west, south, east, north = window.bounds
        with connection.cursor() as cursor:
            given = {"zone": self.zone, "west": west, "south": south, "east": east, "north": north}
            cursor.execute(_WITHIN, given)
            rows = cursor.fetchall()
        su_ids = [su_id for su_id, _ in rows]
        self.looked_at.update(su_ids)
        return su_ids, list(shapely.from_wkb([bytes(shape) for _, shape in rows]))

    def _blocks(self, commune: int) -> set[tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(_BLOCKS, {"side": BLOCK_M, "zone": self.zone, "commune": commune})
            boxes = cursor.fetchall()
        # a gap's corner may lie in the block beside its parcels'
        return {
            (column, row)
            for west, south, east, north in boxes
            for column in range(west - 1, east + 2)
            for row in range(south - 1, north + 2)
        }


def told(gaps: Gaps, zone: int) -> Iterator[Found]:
    """Each set of parcels with the gaps between them."""
    listed = sorted(gaps.items())
    # where a ring begins and the last bits of crossings follow from what was looked at with it
    rounded = [shapely.transform(shapely.MultiPolygon(parts), lambda at: np.round(at, 3)) for _, parts in listed]
    shapes = [shapely.normalize(one) for one in rounded]
    with connection.cursor() as cursor:
        cursor.execute(_DEGREES, [zone, [shapely.to_wkb(shape) for shape in shapes]])
        there = cursor.fetchall()
    for (parcels, _), shape, (geom,) in zip(listed, shapes, there, strict=True):
        yield Found(kind=ProblemKind.GAP, parcels=parcels, geom=bytes(geom), area_m2=float(shape.area))


def on_plane(shapes: Iterable[bytes], zone: int) -> list[shapely.Geometry]:
    """Shapes (EPSG:4326, WKB) on the plane of a zone, rounded as parcels are."""
    with connection.cursor() as cursor:
        geom = sound_plane("st_setsrid(st_geomfromwkb(shape), 4326)", "%s")
        cursor.execute(f"select st_asbinary({geom}) from unnest(%s::bytea[]) shape", [zone, list(shapes)])
        return list(shapely.from_wkb([bytes(shape) for (shape,) in cursor.fetchall()]))


def _beside(gap: shapely.Polygon, tree: shapely.STRtree, su_ids: Sequence[int]) -> Parcels:
    near = tree.query(gap, predicate="dwithin", distance=TOUCH_M)
    return tuple(sorted(su_ids[place] for place in near.tolist())[:MOST_PARCELS])


def _diagonal(shape: shapely.Geometry) -> float:
    west, south, east, north = shape.bounds
    return float(np.hypot(east - west, north - south))
