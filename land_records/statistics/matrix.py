"""Form 05/TKKK from the register: what stayed as it was by one statement, what changed laid over one another.

A parcel whose uses are the same on both days goes on the diagonal, whatever else of it changed. In a commune that had
no parcels that changed on one of the days, nothing came of anything: what the other day has more was gained or lost.
"""

import json
from collections import defaultdict
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
with old as materialized ({before}), new as materialized ({after}),
gone as materialized (
  select o.*, (select string_agg(u.code || ' ' || u.area_m2, ',' order by u.code, u.area_m2)
               from "{uses}" u where u.parcel_id = o.id) as uses
  from old o where not exists (select from new n where n.id = o.id)
), come as materialized (
  select n.*, (select string_agg(u.code || ' ' || u.area_m2, ',' order by u.code, u.area_m2)
               from "{uses}" u where u.parcel_id = n.id) as uses
  from new n where not exists (select from old o where o.id = n.id)
), went as materialized (
  select * from gone g where not exists (
    select from come c where c.su_id = g.su_id and c.commune_id = g.commune_id and c.uses = g.uses)
), came as materialized (
  select * from come c where not exists (
    select from gone g where c.su_id = g.su_id and c.commune_id = g.commune_id and c.uses = g.uses)
), only_went as (select distinct commune_id from went except select commune_id from came),
only_came as (select distinct commune_id from came except select commune_id from went)
"""
_STAYED = """
, side as (
  select id, commune_id, land_use, recorded_area_m2, 'stayed' as what from old where id not in (select id from went)
  union all select id, commune_id, land_use, recorded_area_m2, 'lost' from went
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


def matrices(before: "QuerySet[Parcel]", after: "QuerySet[Parcel]") -> dict[int, Cells]:
    """By commune (its row): the transition matrix between two days' versions of parcels.

    Raises:
        BadRequest: more than `MOST_CHANGED` versions changed.
    """
    found: dict[int, list[Cells]] = defaultdict(list)
    for commune, what, code, tenths in _asked(_STAYED, before, after):
        cell = {"stayed": (code, code), "lost": (code, OTHER), "gained": (OTHER, code)}[what]
        found[commune].append({cell: tenths})
    for commune, (olds, news) in _changed(before, after).items():
        found[commune].append(transition(olds, news))
    return {commune: together(parts) for commune, parts in found.items()}


def _changed(before: "QuerySet[Parcel]", after: "QuerySet[Parcel]") -> dict[int, tuple[list[Lot], list[Lot]]]:
    """Parcels that changed, by commune: of the first day, of the second, on the plane of the commune's zone."""
    listed = _asked(_CHANGED, before, after, MOST_CHANGED + 1)
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


def _asked(what: str, before: "QuerySet[Parcel]", after: "QuerySet[Parcel]", *values: Any) -> list[tuple[Any, ...]]:
    columns = ("id", "su_id", "commune_id", "land_use", "recorded_area_m2")
    before_sql, of_before = before.order_by().values(*columns).query.sql_with_params()
    after_sql, of_after = after.order_by().values(*columns).query.sql_with_params()
    sql = (_SIDES + what).format(
        parcels=Parcel._meta.db_table, uses=ParcelUse._meta.db_table, before=before_sql, after=after_sql
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*of_before, *of_after, *values])
        return list(cursor.fetchall())
