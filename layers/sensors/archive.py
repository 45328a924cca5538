"""Months of readings that leave the database for GeoParquet files, and are read from there.

A file holds a month, a row group a datastream, a row a reading; with the station's code, the quantity, its unit and the
station's point (EPSG:4326, lon/lat) it is understood without the database. Files lie in `<GEO_IOC_VAR>/readings`.
"""

import json
import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import connection, transaction

from layers.sensors import partition
from layers.sensors.models import MEASURING, ArchivedMonth, Datastream, Flag, Reading, TouchedHour

log = structlog.get_logger(__name__)

_GEO: Final = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}
"""File metadata of GeoParquet 1.1; no `crs` means OGC:CRS84, longitude first."""
_COUNTING: Final = (Flag.PASS.value, Flag.NOT_EVALUATED.value)


class NotYet(Exception):
    """The month cannot leave now: means of it are still to be made."""


def folder() -> Path:
    """Where the files lie."""
    return Path(settings.GEO_IOC_VAR) / "readings"


def keep_months(now: datetime, months: int) -> list[date]:
    """Move every month out that is older than so many months before this one; those moved."""
    first_kept = partition.after(partition.month_of(now), -months)
    moved = []
    for month in sorted(one for one in partition.existing() if one < first_kept):
        try:
            move(month)
        except NotYet:
            log.warning("archive_postponed", month=month.isoformat())
            continue
        moved.append(month)
    return moved


def move(month: date) -> ArchivedMonth:
    """Write a month to its file, then drop its partition; writers of that month wait, others do not.

    Raises:
        NotYet: hours of the month wait for their means.
    """
    start, end = partition.bounds(month)
    name = partition.name_of(month)
    path = folder() / f"readings-{month:%Y-%m}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '10s'")
        cursor.execute(f'lock table "{name}" in share row exclusive mode')
        if TouchedHour.objects.filter(at__gt=start, at__lte=end + (end - start) / 24).exists():
            raise NotYet(month)
        rows = _write(path, start, end)
        kept = ArchivedMonth.objects.create(month=month, path=path.name, rows=rows)
        cursor.execute(f'alter table "{partition.TABLE}" detach partition "{name}"')
        cursor.execute(f'drop table "{name}"')
    log.info("month_archived", month=month.isoformat(), rows=rows, path=str(path))
    return kept


def read(datastream_id: int, start: datetime, end: datetime) -> Iterator[tuple[datetime, float, bool]]:
    """The archived readings of a stream over [start, end): time, value, whether it counts; in order.

    A month whose file is missing is told in the log and has no readings.
    """
    names = ["at", "value", "status", "flag", "released"]
    for table in _tables(datastream_id, start, end, names):
        columns = table.to_pydict()
        for at, value, status, flag, released in zip(*(columns[name] for name in names), strict=True):
            yield at, value, status == MEASURING and (flag in _COUNTING or released)


def columns(datastream_id: int, start: datetime, end: datetime) -> dict[str, list[Any]]:
    """The same readings as columns `at value status flag released received_at`; times are microseconds since 1970."""
    import pyarrow as arrow  # heavy, and few ask for what is archived

    names = ["at", "value", "status", "flag", "released", "received_at"]
    found: dict[str, list[Any]] = {name: [] for name in names}
    for table in _tables(datastream_id, start, end, names):
        for name in names:
            column = table[name]
            found[name] += (column.cast(arrow.int64()) if name in {"at", "received_at"} else column).to_pylist()
    return found


def _tables(datastream_id: int, start: datetime, end: datetime, names: list[str]) -> Iterator[Any]:
    """The rows of a stream over [start, end), a table a month."""
    import pyarrow.parquet as parquet  # heavy, and few ask for what is archived

    first, last = partition.month_of(start), partition.month_of(end)
    for month in ArchivedMonth.objects.filter(month__gte=first, month__lte=last).order_by("month"):
        path = folder() / month.path
        if not path.is_file():
            log.error("archive_missing", path=str(path))
            continue
        wanted = [("datastream_id", "=", datastream_id), ("at", ">=", start), ("at", "<", end)]
        yield parquet.read_table(path, columns=names, filters=wanted)


def _write(path: Path, start: datetime, end: datetime) -> int:
    """Write the readings of [start, end); number of rows. The file is whole or not there."""
    import pyarrow as arrow  # heavy, and used once a month
    import pyarrow.parquet as parquet

    schema = arrow.schema(
        [
            ("datastream_id", arrow.int64()),
            ("station", arrow.string()),
            ("quantity", arrow.string()),
            ("unit", arrow.string()),
            ("at", arrow.timestamp("us", "UTC")),
            ("value", arrow.float64()),
            ("status", arrow.string()),
            ("flag", arrow.int16()),
            ("released", arrow.bool_()),
            ("received_at", arrow.timestamp("us", "UTC")),
            ("geometry", arrow.binary()),
        ],
        metadata={"geo": json.dumps(_GEO)},
    )
    part, total = path.with_suffix(".part"), 0
    with parquet.ParquetWriter(part, schema, compression="zstd") as writer:
        for stream in Datastream.objects.select_related("station").order_by("station__code", "quantity"):
            columns = _columns(stream, start, end)
            if columns["at"]:
                writer.write_table(arrow.table(columns, schema=schema))
                total += len(columns["at"])
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(path)
    return total


def _columns(stream: Datastream, start: datetime, end: datetime) -> dict[str, list[Any]]:
    rows = Reading.objects.filter(datastream=stream.pk, at__gte=start, at__lt=end).order_by("at")
    names = ("at", "value", "status", "flag", "released", "received_at")
    found = list(rows.values_list(*names))
    listed = [list(column) for column in zip(*found, strict=True)] if found else [[] for _ in names]
    columns: dict[str, list[Any]] = dict(zip(names, listed, strict=True))
    station = stream.station
    same = {
        "datastream_id": stream.pk,
        "station": station.code,
        "quantity": stream.quantity,
        "unit": stream.unit,
        "geometry": bytes(station.geom.wkb),
    }
    return {**{name: [value] * len(found) for name, value in same.items()}, **columns}
