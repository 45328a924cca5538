"""The reverse question: which parcels zones touch, and with how many square metres; by one statement, row by row.

Zones are cut into small pieces on their own plane first, so that a road through a whole commune costs no more for each
parcel than a house's zone does.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from land_records.models import Parcel
from land_records.planning.models import PlanZone
from land_records.planning.overlay import SLIVER_M2

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
select u.code, u.full_name, p.sheet, p.parcel_number, p.land_use, p.recorded_area_m2,
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
        area_m2: of the parcel on the zone's plane.
        inside_m2: of it in the zone; pieces under `SLIVER_M2` are left out.
    """

    commune_code: str
    commune: str
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
                code, commune, sheet, number, use, recorded, area, zone, zone_code, planned, inside = row
                yield Touched(
                    commune_code=code,
                    commune=commune,
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
