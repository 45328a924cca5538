"""What people decide about readings: let flagged ones count, or keep ones out; who, when and why stay on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from layers.core.errors import Invalid
from layers.core.text import Text
from layers.core.viewer import Viewer
from layers.sensors import storage
from layers.sensors.latest import refresh_latest
from layers.sensors.models import MEASURING, Datastream, Maintenance, Reading, Review, ReviewVerdict
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.judge import explain
from layers.sensors.quality.settle import judge_and_settle
from layers.sensors.quality.table import Test

MOST_READINGS: Final = 10_000
"""Readings one decision may be about: five-minute values of a month."""
MOST_SPELLS: Final = 50
_BAD: Final = (Flag.SUSPECT, Flag.FAIL)
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Readings flagged one after the other, alike.

    Attributes:
        tests: which tests flagged them; empty where a person, the neighbours or maintenance did.
        waits: whether they are kept out; released ones are not.
        values: each with its time.
        maintained: whether somebody worked at the station then.
    """

    quantity: str
    start: datetime
    end: datetime
    flag: Flag
    tests: tuple[Test, ...]
    waits: bool
    values: tuple[tuple[datetime, float], ...]
    maintained: bool = False

    @property
    def readings(self) -> int:
        """How many there are."""
        return len(self.values)

    @property
    def least(self) -> float:
        """The least of them."""
        return min(value for _, value in self.values)

    @property
    def most(self) -> float:
        """The most of them."""
        return max(value for _, value in self.values)


def review(
    stream: Datastream,
    start: datetime,
    end: datetime,
    verdict: str,
    reason: str,
    viewer: Viewer,
    at: datetime,
) -> Review:
    """Decide about the readings of a stream over [start, end]; the verdict is one of `ReviewVerdict`.

    A release lets the flagged ones count; a rejection keeps all of them out, and takes a release back. Means, indices
    and latest values of the hours touched are made anew.

    Raises:
        Invalid: nothing there to decide about, or too much; no reason.
    """
    if start > end:
        raise _invalid("end", "Thời điểm cuối phải sau thời điểm đầu.", "The end must not be before the start.")
    if not reason.strip():
        raise _invalid("reason", "Cần ghi lý do.", "A reason is needed.")
    with transaction.atomic():
        Datastream.objects.select_for_update(no_key=True).get(pk=stream.pk)
        within = Reading.objects.filter(datastream=stream.pk, at__gte=start, at__lte=end, status=MEASURING)
        if within.count() > MOST_READINGS:
            raise _invalid(
                "end",
                f"Quá nhiều số liệu: nhiều nhất {MOST_READINGS} mỗi lần.",
                f"Too many readings: at most {MOST_READINGS} at a time.",
            )
        release = verdict == ReviewVerdict.RELEASE
        concerned = within.filter(flag__in=_BAD, released=False) if release else within
        kept = Review.objects.create(
            datastream=stream,
            start=start,
            end=end,
            verdict=str(verdict),
            reason=reason.strip(),
            by_id=viewer.user_id,
            at=at,
            readings=concerned.count(),
        )
        if not kept.readings:
            raise _invalid(
                "start",
                "Không có số liệu nào như vậy trong khoảng thời gian này.",
                "There are no such readings in this period.",
            )
        concerned.update(released=release)
        judge_and_settle(stream.pk, start, end)
        storage.touch([stream.pk], start - _INSTANT, end)
        refresh_latest([stream.pk])
    return kept


def spells(station_id: int, start: datetime, end: datetime, most: int = MOST_SPELLS) -> tuple[list[Spell], bool]:
    """Flagged readings of a station over [start, end] as spells, newest first; and whether there are more."""
    found: list[Spell] = []
    for stream in Datastream.objects.filter(station=station_id).order_by("pk"):
        if _flagged(stream, start, end).exists():
            found += _spells(stream, start, end)
    found.sort(key=lambda one: one.end, reverse=True)
    return found[:most], len(found) > most


def _flagged(stream: Datastream, start: datetime, end: datetime) -> QuerySet[Reading]:
    return Reading.objects.filter(datastream=stream.pk, at__gte=start, at__lte=end, flag__in=_BAD).order_by("at")


def _spells(stream: Datastream, start: datetime, end: datetime) -> Iterator[Spell]:
    times, said = explain(stream, start, end)
    place = {at: number for number, at in enumerate(times)}
    rows = [
        row for row in _flagged(stream, start, end).values_list("at", "value", "flag", "released") if row[0] in place
    ]

    during = Maintenance.objects.filter(Q(end__isnull=True) | Q(end__gte=start), streams=stream.pk, start__lte=end)
    periods = list(during.values_list("start", "end"))

    def kind(numbered: tuple[int, tuple[datetime, float, int, bool]]) -> tuple[int, bool, tuple[Test, ...], bool, int]:
        number, (at, _, flag, released) = numbered
        maintained = any(first <= at and (last is None or at <= last) for first, last in periods)
        tests = tuple(test for test, flags in said.items() if test is not Test.GAP and flags[place[at]] in _BAD)
        return (
            flag,
            released,
            tests,
            maintained,
            place[at] - number,
        )  # the last: one and the same while none is left out

    for (flag, released, tests, maintained, _), group in groupby(enumerate(rows), kind):
        some = [row for _, row in group]
        yield Spell(
            quantity=stream.quantity,
            start=some[0][0],
            end=some[-1][0],
            flag=Flag(flag),
            tests=tests,
            waits=not released,
            values=tuple((at, value) for at, value, _, _ in some),
            maintained=maintained,
        )


def _invalid(field: str, vi: str, en: str) -> Invalid:
    text = Text(vi=vi, en=en)
    return Invalid(text, fields={field: text})
