"""Months of readings."""

from datetime import UTC, date, datetime

import pytest

from layers.sensors import partition

pytestmark = pytest.mark.django_db


def test_months_are_made_ahead_once() -> None:
    now = datetime(2031, 11, 30, 23, 0, tzinfo=UTC)

    made = partition.ensure_ahead(now)

    assert made == [date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1), date(2032, 2, 1)]
    assert partition.ensure_ahead(now) == []
    assert set(made) <= partition.existing()


def test_a_month_is_one_of_utc() -> None:
    assert partition.month_of(datetime.fromisoformat("2026-12-01T06:59:00+07:00")) == date(2026, 11, 1)
    assert partition.bounds(date(2026, 12, 1)) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )
