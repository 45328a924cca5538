"""The latest value of each station and quantity, in the kernel's table, and how stations stand by it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection, transaction

from layers.core.models import LatestValue
from layers.sensors import columns
from layers.sensors.columns import literal
from layers.sensors.models import LAYER, STALE_AFTER, USABLE, Datastream, Reading, Station
from layers.sensors.quality.around import Batch, Bools

_READINGS = Reading._meta.db_table
_NEWEST = f"""
newest as (
  select d.station_id, d.quantity, d.interval_s, n.value, {columns.moment("n.us")} as at
  from unnest(%(id)s::bigint[], %(us)s::bigint[], %(value)s::float8[]) n (id, us, value)
  join {Datastream._meta.db_table} d using (id))"""
_MOVE_LATEST = f"""
with {_NEWEST}
update {LatestValue._meta.db_table} l set value = n.value, at = n.at from newest n
where l.layer = '{LAYER}' and l.feature_id = n.station_id and l.metric = n.quantity and n.at >= l.at"""
_PUT_LATEST = f"""
with {_NEWEST}
insert into {LatestValue._meta.db_table} (layer, feature_id, metric, value, at)
select '{LAYER}', station_id, quantity, value, at from newest n
where not exists (select from {LatestValue._meta.db_table} l
                  where l.layer = '{LAYER}' and l.feature_id = n.station_id and l.metric = n.quantity)
order by station_id, quantity
on conflict (layer, feature_id, metric) do update set value = excluded.value, at = excluded.at
where excluded.at >= {LatestValue._meta.db_table}.at"""
_SHOW_LATEST = f"""
with {_NEWEST},
shown as (
  select station_id, max(at) as at,
         bool_or(at > %(now)s - make_interval(secs => interval_s * {STALE_AFTER})) as is_fresh,
         max(at) filter (where quantity = 'water_level') as level_at
  from newest group by 1),
mine as (
  select s.id, n.at, n.is_fresh, n.level_at from {Station._meta.db_table} s join shown n on n.station_id = s.id
  order by s.id for no key update of s)
update {Station._meta.db_table} s
set observed_at = greatest(s.observed_at, m.at), stale = s.stale and not m.is_fresh,
    level_m = case when m.level_at is null then s.level_m else
      (select l.value from {LatestValue._meta.db_table} l
       where l.layer = '{LAYER}' and l.feature_id = s.id and l.metric = 'water_level') end
from mine m where s.id = m.id and (s.observed_at is null or m.at >= s.observed_at)"""


def show_latest(batch: Batch, usable: Bools, now: datetime) -> None:
    """Keep the latest values by what was stored and counts, and how stations stand by them; never an older one.

    Called in the transaction of the readings, with their streams locked.
    """
    stream = batch.stream[usable]
    newest = np.flatnonzero(usable)[np.diff(stream, append=-1) != 0]
    if newest.size:
        given: dict[str, Any] = {
            "id": literal(batch.stream[newest]),
            "us": literal(batch.us[newest]),
            "value": literal(batch.value[newest]),
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute(_MOVE_LATEST, given)
            if cursor.rowcount < newest.size:  # some have none yet, or a later one
                cursor.execute(_PUT_LATEST, given)
            cursor.execute(_SHOW_LATEST, given)


def refresh_latest(datastream_ids: Iterable[int]) -> None:
    """Make the latest values anew from the readings: after a correction, a flag or a release of the newest."""
    pairs = list(Datastream.objects.filter(pk__in=set(datastream_ids)).values_list("pk", "station_id", "quantity"))
    for pk, station_id, quantity in sorted(pairs, key=lambda pair: pair[1:]):
        with transaction.atomic():
            known = LatestValue.objects.filter(layer=LAYER, feature_id=station_id, metric=quantity)
            # once the row is ours, every reading that could have moved it is visible or comes after
            held = known.select_for_update().first()
            newest = _newest_usable(pk)
            if newest is None:
                known.delete()
            elif held is not None and (held.at, held.value) != newest:
                known.update(at=newest[0], value=newest[1])
            elif held is None:
                LatestValue.objects.create(
                    layer=LAYER, feature_id=station_id, metric=quantity, at=newest[0], value=newest[1]
                )


def _newest_usable(datastream_id: int) -> tuple[datetime, float] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select r.at, r.value from {_READINGS} r where r.datastream_id = %s and {USABLE.format(r='r')}"
            " order by r.at desc limit 1",
            [datastream_id],
        )
        found: tuple[datetime, float] | None = cursor.fetchone()
        return found
