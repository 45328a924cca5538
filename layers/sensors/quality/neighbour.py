"""Stations compared with their neighbours, hour by hour: who is far from the others' median is doubted for that hour.

The mean of an hour is that of the readings no other test withholds, so that a doubt once raised can be taken back when
neighbours' late values come.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

import numpy as np
from django.db import connection, transaction
from scipy.spatial import cKDTree

from layers.sensors.models import HOUR_OF, MEASURING, USABLE, Datastream, DoubtedHour, Reading
from layers.sensors.quality import qartod
from layers.sensors.quality.around import HOUR
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.settle import judge_and_settle
from layers.sensors.quality.table import NEIGHBOUR_LEAST, NEIGHBOUR_WITHIN_M, table

LOOKED_BACK: Final = timedelta(hours=6)
"""How long late values of neighbours are waited for."""
EARTH_M: Final = 6_371_008.8

Means = Mapping[tuple[int, datetime], float]
"""Stream and end of an hour → mean."""

_MEANS = f"""
select r.datastream_id, {HOUR_OF.format(at="r.at")}, avg(r.value)
from {Reading._meta.db_table} r
left join {DoubtedHour._meta.db_table} d on d.datastream_id = r.datastream_id and d.at = {HOUR_OF.format(at="r.at")}
where r.datastream_id = any(%s) and r.at > %s and r.at <= %s
  and ({USABLE.format(r="r")} or (r.status = '{MEASURING}' and r.flag = {Flag.SUSPECT:d} and d.id is not null))
group by 1, 2"""


def compare(now: datetime, back: timedelta = LOOKED_BACK) -> int:
    """Compare the whole hours of the time before `now`; in how many a doubt was raised or taken back."""
    end = now.replace(minute=0, second=0, microsecond=0)
    start = end - back
    changed = 0
    for quantity, one in table().tests.items():
        if one.neighbour is None or not (near := _near(quantity)):
            continue
        means = _means(list({*near, *chain.from_iterable(near.values())}), start, end)
        for stream, around in near.items():
            changed += _keep(stream, _doubts(stream, around, means, *one.neighbour), start, end)
    return changed


def _near(quantity: str) -> dict[int, list[int]]:
    """The streams of a quantity that have neighbours enough, and those: stations of the same kind."""
    streams = list(Datastream.objects.filter(quantity=quantity, is_active=True).select_related("station"))
    if len(streams) <= NEIGHBOUR_LEAST:
        return {}
    lon, lat = np.radians([one.station.geom.coords for one in streams]).T
    ball = EARTH_M * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    found = cKDTree(ball).query_ball_point(ball, NEIGHBOUR_WITHIN_M)
    near = {}
    for one, numbers in zip(streams, found, strict=True):
        others = [streams[n].pk for n in numbers if streams[n] != one and streams[n].station.kind == one.station.kind]
        if len(others) >= NEIGHBOUR_LEAST:
            near[one.pk] = others
    return near


def _means(streams: list[int], start: datetime, end: datetime) -> Means:
    with connection.cursor() as cursor:
        cursor.execute(_MEANS, [streams, start, end])
        return {(stream, at): mean for stream, at, mean in cursor.fetchall()}


def _doubts(stream: int, around: list[int], means: Means, absolute: float, ratio: float) -> dict[datetime, DoubtedHour]:
    hours = sorted(at for one, at in means if one == stream)
    if not hours:
        return {}
    own = np.array([means[stream, at] for at in hours])
    others = np.array([[means.get((one, at), np.nan) for one in around] for at in hours])
    flags = qartod.neighbours(own, others, least=NEIGHBOUR_LEAST, absolute=absolute, ratio=ratio)
    return {
        at: DoubtedHour(
            datastream_id=stream,
            at=at,
            mean=own[row],
            median=float(np.nanmedian(others[row])),
            neighbours=int((~np.isnan(others[row])).sum()),
        )
        for row, at in enumerate(hours)
        if flags[row] == Flag.SUSPECT
    }


@transaction.atomic
def _keep(stream: int, found: Mapping[datetime, DoubtedHour], start: datetime, end: datetime) -> int:
    """Raise and take back doubts of a stream over (start, end], and judge those hours anew."""
    known = DoubtedHour.objects.filter(datastream=stream, at__gt=start, at__lte=end)
    before = set(known.values_list("at", flat=True))
    changed = before ^ set(found)
    if changed:
        known.filter(at__in=before - set(found)).delete()
        new = [one for at, one in found.items() if at not in before]
        DoubtedHour.objects.bulk_create(new, ignore_conflicts=True)
        for at in sorted(changed):
            judge_and_settle(stream, at - HOUR, at)
    return len(changed)
