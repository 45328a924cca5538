"""Columns go to PostgreSQL and come back whole, to the last microsecond."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from layers.sensors import columns
from layers.sensors.models import RejectedReading, TouchedHour
from layers.sensors.quality.around import Batch, microseconds
from layers.sensors.quality.judge import judge

TIMES = [
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 11, 27, 5, 0, 0, 1, tzinfo=UTC),
    datetime(2199, 6, 1, tzinfo=UTC) + timedelta(microseconds=123_457),
]


@pytest.mark.django_db
def test_arrays_come_back_as_they_are() -> None:
    us = np.array([microseconds(at) for at in TIMES])
    found = columns.fetch(
        f"select array_agg(id), array_agg({columns.moment('us')}), array_agg(value), array_agg(id > 2),"
        " array_agg(id::smallint) from unnest(%s::bigint[], %s::bigint[], %s::float8[]) a (id, us, value)",
        [columns.literal(np.array([1, 2, 3])), columns.literal(us), columns.literal(np.array([0.1, -1e300, 1 / 3]))],
        ["int8", "timestamptz", "float8", "bool", "int2"],
    )

    assert [one.tolist() for one in found] == [
        [1, 2, 3],
        us.tolist(),
        [0.1, -1e300, 1 / 3],
        [False, False, True],
        [1, 2, 3],
    ]


@pytest.mark.django_db
def test_no_rows_are_empty_columns() -> None:
    found = columns.fetch("select array_agg(at) from sensors_touchedhour", [], ["timestamptz"])

    assert [(one.dtype, one.size) for one in found] == [(np.int64, 0)]


@pytest.mark.django_db
def test_rows_are_copied_to_the_microsecond() -> None:
    us = np.array([microseconds(at) for at in TIMES])

    columns.copy(TouchedHour._meta.db_table, {"datastream_id": ("int8", 7), "at": ("timestamptz", us)}, len(TIMES))

    assert list(TouchedHour.objects.order_by("at").values_list("datastream_id", "at")) == [(7, at) for at in TIMES]


@pytest.mark.django_db
def test_texts_of_several_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="station"):
        columns.copy(RejectedReading._meta.db_table, {"station": ("text", np.array([b"00", b"1"]))}, 2)


@pytest.mark.django_db
def test_what_the_database_refuses_is_an_error_of_django() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        columns.fetch("select array_agg(1 / 0)", [], ["int8"])


@pytest.mark.django_db
def test_a_stream_that_is_no_more_is_named() -> None:
    one = Batch(np.array([4_711]), np.array([0]), np.array([1.0]), np.array([True]))

    with pytest.raises(ValueError, match="4711"):
        judge(one)
