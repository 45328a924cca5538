"""The monthly partitions of the readings: made ahead by a job, or when older readings arrive.

A month is one of UTC, named by its first day.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import connection, transaction

from layers.sensors.models import Reading

TABLE = Reading._meta.db_table
AHEAD = 3
"""Months kept ready beyond the current one."""


def month_of(at: datetime) -> date:
    """The month whose partition holds a time."""
    return at.astimezone(UTC).date().replace(day=1)


def after(month: date, count: int = 1) -> date:
    """The month so many later."""
    whole = month.year * 12 + month.month - 1 + count
    return date(whole // 12, whole % 12 + 1, 1)


def name_of(month: date) -> str:
    """Name of a month's partition."""
    return f"{TABLE}_{month:%Y_%m}"


def existing() -> set[date]:
    """The months that have a partition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            " where i.inhparent = %s::regclass",
            [TABLE],
        )
        names = [name for (name,) in cursor.fetchall()]
    return {date(int(name[-7:-3]), int(name[-2:]), 1) for name in names}


def ensure(months: Iterable[date]) -> list[date]:
    """Make the partitions that are missing; those made. Readers and writers of other months are not waited for."""
    made = sorted(set(months) - existing())
    for month in made:
        _make(month)
    return made


def ensure_ahead(now: datetime) -> list[date]:
    """Make this month's partition and those of the months ahead; those made."""
    this = month_of(now)
    return ensure(after(this, count) for count in range(AHEAD + 1))


def bounds(month: date) -> tuple[datetime, datetime]:
    """First moment of a month and of the next, UTC."""
    following = after(month)
    return datetime(month.year, month.month, 1, tzinfo=UTC), datetime(following.year, following.month, 1, tzinfo=UTC)


def _make(month: date) -> None:
    name, (start, end) = name_of(month), bounds(month)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [TABLE])
        cursor.execute("select to_regclass(%s) is not null", [name])
        if cursor.fetchone() == (True,):
            return
        # attached under a matching check: no scan, and no lock that keeps readers of the parent out
        inside = f"at >= '{start.isoformat()}' and at < '{end.isoformat()}'"
        cursor.execute(
            f'create table "{name}" (like "{TABLE}" including defaults including constraints,'
            f" constraint of_month check ({inside}))"
        )
        cursor.execute(
            f'alter table "{TABLE}" attach partition "{name}"'
            f" for values from ('{start.isoformat()}') to ('{end.isoformat()}')"
        )
        cursor.execute(f'alter table "{name}" drop constraint of_month')
