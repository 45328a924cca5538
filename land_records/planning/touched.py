"""The reverse question: which parcels zones touch, and with how many square metres; by one statement, row by row.

Zones are cut into small pieces on their own plane first, so that a road through a whole commune costs no more for each
parcel than a house's zone does.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from land_records.models import Parcel
from land_records.planning.models import PlanZone
from land_records.planning.overlay import SLIVER_M2
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.viewer import Viewer

MOST_ROWS: Final = 500_000
CORNERS: Final = 96
"""Most vertices of a piece."""
MARGIN_DEG: Final = 1e-6
"""By which the box of a piece grows in degrees, where its straight edges are not quite straight (10 cm)."""
CHUNK: Final = 2_000

_TOUCHED = """
with piece as materialized (
  select s.zone, s.srid, s.plane, st_expand(st_envelope(st_transform(st_envelope(s.plane), 4326)), {margin}) as near
  from (select z.id as zone, z.srid, st_subdivide(st_makevalid(z.geom_plane), {corners}) as plane
        from "{zones}" z where z.id in ({visible_zones})) s
), cut as (
  select piece.zone, p.id, sum(case when st_covers(piece.plane, q.plane) then st_area(q.plane)
                                    else st_area(st_intersection(q.plane, piece.plane)) end) as inside
  from piece
  join "{parcels}" p on p.geom && piece.near
  cross join lateral (select st_transform(p.geom, piece.srid) as plane offset 0) q
  where st_intersects(piece.plane, q.plane) and exists ({visible_parcels} offset 0)
  group by piece.zone, p.id
)
select u.code, u.full_name, p.su_id, p.sheet, p.parcel_number, p.land_use, p.recorded_area_m2,
       st_area(st_transform(p.geom, z.srid)), z.number, z.code, z.planned_use, cut.inside
from cut
cross join lateral (select * from "{zones}" where id = cut.zone offset 0) z
cross join lateral (select * from "{parcels}" where id = cut.id offset 0) p
cross join lateral (select code, full_name from admin_units_adminunit where id = p.commune_id offset 0) u
where cut.inside >= {sliver}
order by u.code, z.code, p.sheet, p.parcel_number, p.id limit {limit}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A parcel and what of it lies in a zone.

    Attributes:
        parcel: its id in the layers of parcels.
        area_m2: of the parcel on the zone's plane.
        inside_m2: of it in the zone; pieces under `SLIVER_M2` are left out.
    """

    commune_code: str
    commune: str
    parcel: int
    sheet: int
    number: int
    land_use: str
    recorded_m2: float
    area_m2: float
    zone: int
    zone_code: str
    planned_use: str
    inside_m2: float

    @property
    def percent(self) -> float:
        """Of the parcel."""
        return 100 * self.inside_m2 / self.area_m2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Parcels, and tenths of a square metre of them within."""

    count: int = 0
    tenths: int = 0

    @property
    def area_m2(self) -> float:
        """To 0.1 m²."""
        return self.tenths / 10

    def with_one(self, row: Touched) -> "Sum":
        """One parcel more, rounded to 0.1 m² as lists write it."""
        return Sum(count=self.count + 1, tenths=self.tenths + round(row.inside_m2 * 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What zones touch in all.

    Attributes:
        by_use: by the parcels' main use of today, largest first; they add up to `whole`.
        largest: the parcels of which most lies within.
    """

    whole: Sum
    by_use: Mapping[str, Sum]
    largest: Sequence[Touched]


def statement(zones: "QuerySet[PlanZone]", parcels: "QuerySet[Parcel]") -> tuple[str, list[Any]]:
    """The one statement, and its values; both querysets come from their layers' `query`."""
    zones_sql, of_zones = zones.order_by().values("pk").query.sql_with_params()
    # Looked up by key, row by row (`offset 0` sees to that): as a join it is planned for a handful of rows.
    one_parcel = parcels.filter(pk=RawSQL("p.id", [])).order_by().values("pk")
    parcels_sql, of_parcels = one_parcel.query.sql_with_params()
    sql = _TOUCHED.format(
        margin=MARGIN_DEG,
        corners=CORNERS,
        sliver=SLIVER_M2,
        limit=MOST_ROWS,
        zones=PlanZone._meta.db_table,
        parcels=Parcel._meta.db_table,
        visible_zones=zones_sql,
        visible_parcels=parcels_sql,
    )
    return sql, [*of_zones, *of_parcels]


def touched(zones: "QuerySet[PlanZone]", parcels: "QuerySet[Parcel]") -> Iterator[Touched]:
    """Parcels that zones touch, by commune, zone, sheet and number; at most `MOST_ROWS`, read a few at a time."""
    sql, values = statement(zones, parcels)
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                code, commune, parcel, sheet, number, use, recorded, area, zone, zone_code, planned, inside = row
                yield Touched(
                    commune_code=code,
                    commune=commune,
                    parcel=parcel,
                    sheet=sheet,
                    number=number,
                    land_use=use,
                    recorded_m2=float(recorded),
                    area_m2=area,
                    zone=zone,
                    zone_code=zone_code,
                    planned_use=planned,
                    inside_m2=inside,
                )


def own_parcels(viewer: Viewer, at: datetime | None) -> "QuerySet[Parcel]":
    """Parcels of the communes an officer answers for.

    Raises:
        UnknownLayer: the layer is not for this viewer.
    """
    layer = registry.visible("parcels", viewer)
    assert isinstance(layer, Layer)
    rows: QuerySet[Parcel] = layer.query(viewer, at=at).queryset()
    return rows.filter(commune__in=sorted(viewer.units))


def totals(zones: "QuerySet[PlanZone]", parcels: "QuerySet[Parcel]", most: int) -> Totals:
    """The rows of `touched` added up, and the `most` largest of them; a parcel counts once for each zone."""
    whole, by_use, largest = Sum(), defaultdict[str, Sum](Sum), list[Touched]()
    for row in touched(zones, parcels):
        whole, by_use[row.land_use] = whole.with_one(row), by_use[row.land_use].with_one(row)
        largest.append(row)
        if len(largest) > 2 * CHUNK:
            largest = nlargest(most, largest, key=_inside)
    ordered = dict(sorted(by_use.items(), key=lambda use: (-use[1].tenths, use[0])))
    return Totals(whole=whole, by_use=ordered, largest=nlargest(most, largest, key=_inside))


def _inside(row: Touched) -> float:
    return row.inside_m2
