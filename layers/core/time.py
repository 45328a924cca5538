"""How a layer lives in time: rows of an instant, rows valid over a period, or a past computed by a method."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from layers.core.errors import BadRequest
from layers.core.text import Text

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
"""A bare date means 00:00 of this zone."""


@dataclass(frozen=True, slots=True)
class Instant:
    """Things that happened: at a time, the rows whose `field` lies in (at − keep, at]; without one, all kept rows."""

    field: str
    step: timedelta
    keep: timedelta
    kind = "instant"

    @property
    def columns(self) -> tuple[str, ...]:
        """Fields of the row that time reads."""
        return (self.field,)

    def rows(self, rows: QuerySet[Any], at: datetime | None, known_at: datetime | None) -> QuerySet[Any]:
        """The rows of that instant."""
        if at is None:
            return rows
        return rows.filter(**{f"{self.field}__gt": at - self.keep, f"{self.field}__lte": at})


@dataclass(frozen=True, slots=True)
class Valid:
    """Rows that hold over [starts, ends), and were known over [known_starts, known_ends) where recorded.

    Attributes:
        starts, ends: date or datetime fields of valid time; an open end is null.
        known_starts, known_ends: datetime fields of recorded time.
        current: boolean column, true for rows valid and known now; set by a job, so that nothing reads the clock.
        step: times are floored to it before query and cache key.
    """

    starts: str
    ends: str
    known_starts: str | None = None
    known_ends: str | None = None
    current: str = "is_current"
    step: timedelta = timedelta(days=1)
    keep: timedelta | None = None
    kind = "valid"

    @property
    def columns(self) -> tuple[str, ...]:
        """Fields of the row that time reads."""
        named = (self.starts, self.ends, self.known_starts, self.known_ends, self.current)
        return tuple(field for field in named if field)

    def rows(self, rows: QuerySet[Any], at: datetime | None, known_at: datetime | None) -> QuerySet[Any]:
        """The rows that held at `at` as far as was known at `known_at`."""
        if at is None and known_at is None:
            return rows.filter(**{self.current: True})
        rows = rows.filter(_within(self.starts, self.ends, self._value(rows, self.starts, at or timezone.now())))
        if self.known_starts and self.known_ends:
            rows = rows.filter(_within(self.known_starts, self.known_ends, known_at or timezone.now()))
        return rows

    @staticmethod
    def _value(rows: QuerySet[Any], field: str, at: datetime) -> date | datetime:
        kind = rows.model._meta.get_field(field).get_internal_type()
        return at.astimezone(LOCAL).date() if kind == "DateField" else at


@dataclass(frozen=True, slots=True)
class AsOf:
    """A past that the layer computes: `method(at)` gives the rows as they were."""

    method: Callable[[datetime], QuerySet[Any]]
    step: timedelta
    keep: timedelta
    kind = "as_of"

    @property
    def columns(self) -> tuple[str, ...]:
        """None: the method's own tables are the layer's dependencies."""
        return ()

    def rows(self, rows: QuerySet[Any], at: datetime | None, known_at: datetime | None) -> QuerySet[Any]:
        """The rows as they were at `at`."""
        return rows if at is None else self.method(at)


Time = Instant | Valid | AsOf


def _within(starts: str, ends: str, at: date | datetime) -> Q:
    return Q(**{f"{starts}__lte": at}) & (Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": at}))


def parse_time(text: str, field: str = "at") -> datetime:
    """An RFC 3339 time, or a date as 00:00 in Vietnam, as an aware UTC datetime.

    Raises:
        BadRequest: neither of them, or a time without a zone.
    """
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is None:
            raise ValueError("no zone")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise BadRequest(
            Text(
                vi=f"{field}={text!r} không phải thời điểm: viết 2025-07-01 hoặc 2025-07-01T08:00:00+07:00.",
                en=f"{field}={text!r} is not a time: write 2025-07-01 or 2025-07-01T08:00:00+07:00.",
            ),
            field=field,
            slug="bad_time",
        ) from fault


def floor_time(at: datetime, step: timedelta) -> datetime:
    """The last whole `step` up to `at`, counted from local midnight."""
    local = at.astimezone(LOCAL)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if step >= timedelta(days=1):
        return midnight.astimezone(UTC)
    return (midnight + step * ((local - midnight) // step)).astimezone(UTC)
