"""Observations of months that left the database: inside `beside`, readings of files stand beside those of the table.

Of one Datastream, over a time that `$filter` bounds from below, or one Observation by its id.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from layers.core.viewer import Viewer
from layers.sensors import archive
from layers.sensors.models import ArchivedMonth, Reading
from layers.sensors.partition import month_of
from layers.sensors.things.condition import conjuncts
from layers.sensors.things.error import BadQuery
from layers.sensors.things.model import read_reading_id
from layers.sensors.things.options import Options
from layers.sensors.things.reach import rows
from layers.sensors.things.syntax import Binary, Literal, Node, Path

MAX_MONTHS: Final = 13
"""Archived months one request may read."""

_ONE = re.compile(r"(?:.*/)?Observations\('([^']*)'\)(?!.*Observations).*")
_OF_STREAM = re.compile(r"(?:^|/)Datastreams\('?(\d{1,18})'?\)/Observations(?:/\$ref)?$")
_TIMES: Final = {("phenomenonTime",), ("resultTime",)}
_STREAM: Final = {("Datastream", "id"), ("Datastream", "@iot.id")}
_TURNED: Final = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge", "eq": "eq"}
_TABLE: Final = Reading._meta.db_table
_BESIDE: Final = f"""
with archived as materialized (
    select %s::bigint as datastream_id, 'epoch'::timestamptz + one.at * interval '1 microsecond' as at, one.value,
        one.status::varchar(2) as status, one.flag, one.released,
        'epoch'::timestamptz + one.received_at * interval '1 microsecond' as received_at
    from unnest(%s::bigint[], %s::float8[], %s::text[], %s::smallint[], %s::bool[], %s::bigint[])
        as one (at, value, status, flag, released, received_at)
), {_TABLE} as not materialized (
    select datastream_id, at, value, status, flag, released, received_at from {_TABLE} union all table archived
)
"""
"""A `with` that does not call itself sees the table under the name it gives to both together."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Readings of a stream from the first to the last time, both included."""

    stream: int
    first: datetime
    last: datetime


def asked(resource: str, options: Options) -> Asked | None:
    """Whose readings of what time an address and its filter ask for; None where that is not bounded."""
    if one := _ONE.fullmatch(resource):
        key = read_reading_id(one[1])
        return None if key is None else Asked(key[0], key[1], key[1])
    parts = list(_comparisons(options.filter))
    if found := _OF_STREAM.search(resource):
        stream: int | None = int(found[1])
    elif resource.strip("/") in {"Observations", "Observations/$ref"}:
        stream = next((value for names, sign, value in parts if names in _STREAM and sign == "eq"), None)
    else:
        return None
    first, last = _span([(sign, _moment(value)) for names, sign, value in parts if names in _TIMES])
    return None if stream is None or first is None or first > last else Asked(stream, first, last)


@contextmanager
def beside(viewer: Viewer, wanted: Asked | None) -> Iterator[None]:
    """Statements inside read what is wanted from files, too; who may not see the stream sees nothing of it.

    Raises:
        BadQuery: more than `MAX_MONTHS` files would have to be read.
    """
    months = 0
    if wanted is not None:
        span = {"month__gte": month_of(wanted.first), "month__lte": month_of(wanted.last)}
        months = ArchivedMonth.objects.filter(**span).count()
    if wanted is None or not months or not rows("datastream", viewer).filter(pk=wanted.stream).exists():
        yield
        return
    if months > MAX_MONTHS:
        raise BadQuery(
            "$filter",
            f"{months} tháng đã lưu trữ; mỗi lần đọc nhiều nhất {MAX_MONTHS}: thu hẹp phenomenonTime",
            f"{months} archived months; at most {MAX_MONTHS} are read at once: narrow phenomenonTime",
        )
    columns = archive.columns(wanted.stream, wanted.first, wanted.last + timedelta(microseconds=1))
    given = [wanted.stream, *(_array(columns[name]) for name in columns)]

    def execute(run: Any, sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if _TABLE in sql and sql.lstrip()[:6].lower() == "select":
            sql, params = _BESIDE + sql, [*given, *params]
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


def _comparisons(node: Node | None) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Those parts of a condition that must all hold and compare a property with a constant."""
    for part in conjuncts(node) if node is not None else ():
        match part:
            case Binary(sign, Path(names), Literal(value)):
                yield names, sign, value
            case Binary(sign, Literal(value), Path(names)) if sign in _TURNED:
                yield names, _TURNED[sign], value


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), UTC) if isinstance(value, date) else None


def _span(bounds: list[tuple[str, datetime | None]]) -> tuple[datetime | None, datetime]:
    """First and last time that the bounds leave; no first where nothing bounds it from below."""
    first, last = None, timezone.now() + timedelta(days=1)
    for sign, at in bounds:
        if at is not None and sign in {"gt", "ge", "eq"}:
            first = at if first is None else max(first, at)
        if at is not None and sign in {"lt", "le", "eq"}:
            last = min(last, at)
    return first, last


def _array(values: list[Any]) -> str:
    """An array as PostgreSQL reads it; numbers, truth values and statuses need no quoting."""
    return "{" + ",".join([str(value) for value in values]) + "}"
