"""Form 05/TKKK from the register: the first day's areas, and what changed since laid over one another.

A parcel whose uses are the same on both days goes on the diagonal, whatever else of it changed. In a commune that had
no parcels that changed on one of the days, nothing came of anything: what the other day has more was gained or lost.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import shapely
from django.db import connection
from django.db.models import QuerySet

from land_records.models import Parcel, ParcelUse
from land_records.statistics.transition import OTHER, Cells, Lot, together, transition
from layers.admin_units.models import AdminUnit
from layers.core.errors import BadRequest
from layers.core.text import Text
from layers.vn2000.plane import to_plane, zone_at

MOST_CHANGED: Final = 200_000
"""Versions of parcels laid over one another in one form."""
_TOO_MANY = Text(
    vi="Quá {most} thửa thay đổi giữa hai ngày; lập biểu theo từng xã.",
    en="Over {most} parcels changed between the two days; ask by commune.",
)

_SIDES = """
with gone as materialized ({gone}), come as materialized ({come}),
same as materialized (
  select g.id as old, c.id as new from gone g join come c using (su_id, commune_id)
  where (select string_agg(u.code || ' ' || u.area_m2, ',' order by u.code, u.area_m2)
         from "{uses}" u where u.parcel_id = g.id)
      = (select string_agg(u.code || ' ' || u.area_m2, ',' order by u.code, u.area_m2)
         from "{uses}" u where u.parcel_id = c.id)
), went as materialized (select * from gone g where not exists (select from same s where s.old = g.id)
), came as materialized (select * from come c where not exists (select from same s where s.new = c.id)
), only_went as materialized (select distinct commune_id from went except select commune_id from came
), only_came as materialized (select distinct commune_id from came except select commune_id from went)
"""
_ONE_SIDED = """
, side as (
  select id, commune_id, land_use, recorded_area_m2, 'lost' as what from went
  where commune_id in (select commune_id from only_went)
  union all select id, commune_id, land_use, recorded_area_m2, 'gained' from came
  where commune_id in (select commune_id from only_came)
)
select s.commune_id, s.what, coalesce(u.code, s.land_use),
       (sum(coalesce(u.area_m2, s.recorded_area_m2)) * 10)::bigint
from side s left join "{uses}" u on u.parcel_id = s.id
group by 1, 2, 3
"""
_CHANGED = """
, side as (
  select id, commune_id, false as later from went where commune_id not in (select commune_id from only_went)
  union all select id, commune_id, true from came where commune_id not in (select commune_id from only_came)
)
select s.commune_id, s.later, p.su_id, st_asbinary(p.geom),
       coalesce((select json_agg(json_build_array(u.code, (u.area_m2 * 10)::bigint) order by u.id)
                 from "{uses}" u where u.parcel_id = p.id),
                json_build_array(json_build_array(p.land_use, (p.recorded_area_m2 * 10)::bigint)))::text
from side s join "{parcels}" p on p.id = s.id
order by s.commune_id, p.su_id, p.id limit %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Two days of one register: the versions that held on each, as far as the same was known of both.

    Attributes:
        starts: by commune, tenths of a square metre of each use on the first day.

    Raises:
        ValueError: the second day is before the first.
    """

    since: date
    on: date
    before: "QuerySet[Parcel]"
    after: "QuerySet[Parcel]"
    starts: Mapping[int, Mapping[str, int]]

    def __post_init__(self) -> None:
        """What ended and what began is told by the order of the days."""
        if self.on < self.since:
            raise ValueError(f"{self.on} is before {self.since}")

    @property
    def gone(self) -> "QuerySet[Parcel]":
        """Versions of the first day that ended by the second."""
        return self.before.filter(valid_to__lte=self.on)

    @property
    def come(self) -> "QuerySet[Parcel]":
        """Versions of the second day that began since the first."""
        return self.after.filter(valid_from__gt=self.since)


def matrices(period: Period) -> dict[int, Cells]:
    """By commune (its row): the transition matrix between the two days; only what changed is read.

    Raises:
        BadRequest: more than `MOST_CHANGED` versions changed.
    """
    found: dict[int, list[Cells]] = defaultdict(list)
    stayed = {commune: dict(areas) for commune, areas in period.starts.items()}
    for commune, what, code, tenths in _asked(_ONE_SIDED, period):
        found[commune].append({(code, OTHER) if what == "lost" else (OTHER, code): tenths})
        if what == "lost":
            stayed[commune][code] -= tenths
    for commune, (olds, news) in _changed(period).items():
        found[commune].append(transition(olds, news))
        for lot in olds:
            for code, tenths in lot.uses.items():
                stayed[commune][code] -= tenths
    for commune, areas in stayed.items():
        found[commune].append({(code, code): tenths for code, tenths in areas.items() if tenths})
    return {commune: together(parts) for commune, parts in found.items()}


def _changed(period: Period) -> dict[int, tuple[list[Lot], list[Lot]]]:
    """Parcels that changed, by commune: of the first day, of the second, on the plane of the commune's zone."""
    listed = _asked(_CHANGED, period, MOST_CHANGED + 1)
    if len(listed) > MOST_CHANGED:
        raise BadRequest(_TOO_MANY.format(most=f"{MOST_CHANGED}"))
    by_commune: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for commune, *rest in listed:
        by_commune[commune].append(tuple(rest))
    zones = dict(AdminUnit.objects.filter(pk__in=by_commune).values_list("pk", "srid"))
    sides: dict[int, tuple[list[Lot], list[Lot]]] = {}
    for commune, rows in by_commune.items():
        degrees = [shapely.from_wkb(bytes(row[2])) for row in rows]
        inside = degrees[0].representative_point()
        planes = to_plane(degrees, zones[commune] or zone_at(inside.x, inside.y))
        sides[commune] = ([], [])
        for (later, su_id, _, uses), plane in zip(rows, planes, strict=True):
            sides[commune][later].append(Lot(su_id=su_id, uses=_uses(uses), shape=plane))
    return sides


def _uses(text: str) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for code, tenths in json.loads(text):
        found[code] += tenths
    return dict(found)


def _asked(what: str, period: Period, *values: Any) -> list[tuple[Any, ...]]:
    columns = ("id", "su_id", "commune_id", "land_use", "recorded_area_m2")
    gone_sql, of_gone = period.gone.order_by().values(*columns).query.sql_with_params()
    come_sql, of_come = period.come.order_by().values(*columns).query.sql_with_params()
    sql = (_SIDES + what).format(
        parcels=Parcel._meta.db_table, uses=ParcelUse._meta.db_table, gone=gone_sql, come=come_sql
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*of_gone, *of_come, *values])
        return list(cursor.fetchall())
