"""A cadastre's file brought into the land register, beside a plain COPY of the same rows into a table like it.

The file is a GeoPackage with one gap-free net in the plane of EPSG:9209, within the largest commune. Everything an
import does is measured: reading the file, the guard of its coordinates, plane and identifier of every parcel, uses and
surveys, what is wrong with the borders, the transaction of the register. The COPY goes into a table of the same columns
and indexes, with numbers, areas and shapes ready made. Both within a transaction that is rolled back. Judged is the
processor's time, ours, the parser's and the database's together; the clock's stands beside it.
"""

import io
import os
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

import fixtures
from land_records.models import Parcel, ParcelUse, Survey
from layers.vn2000.reading import Reading
from tests.benchmarks import cpu, database

PARCELS = 20_000
MOST_RATIO = 20.0
"""Of the COPY's processor time that an import may take."""
ZONE = 9209
WIDTH_M = 20.0
"""Of a parcel; less where the commune has no room for so many."""
PER_SHEET = 500
FIRST_SHEET = 10_001
BARE = "benchmark_import"

_LARGEST = f"""
select unit.id, unit.code, st_x(hole.center), st_y(hole.center), hole.radius
from admin_units_boundary one join admin_units_adminunit unit on unit.id = one.unit_id
cross join lateral st_maximuminscribedcircle(st_transform(one.geom, {ZONE})) hole
where one.is_current and one.level = 'commune' and unit.is_current and unit.code = any(%s)
order by hole.radius desc limit 1
"""
_ROW = "commune_id, sheet, parcel_number, land_use, recorded_area_m2, computed_area_m2, geom"
_CONSTANT = {
    "place_precision": "'exact'",
    "version": "1",
    "updated_at": "now()",
    "status": "'unregistered'",
    "restrictions": "'{}'",
    "address": "''",
    "source": "'imported'",
    "valid_from": "current_date",
    "recorded_from": "now()",
    "su_id": "nextval('land_records_su_id')",
}


def measure(url: str, dsn: str, parcels: int = PARCELS) -> dict[str, Any]:
    """Milliseconds of the import and of the COPY, their ratio, parcels a second, and the memory of this process."""
    with TemporaryDirectory() as folder, transaction.atomic():
        try:
            return _measure(Path(folder), parcels)
        finally:
            transaction.set_rollback(True)


def _measure(folder: Path, parcels: int) -> dict[str, Any]:
    commune, code, east, north, radius = _place()
    _empty(commune)
    net = _net(east, north, radius, parcels)
    sheets, numbers = FIRST_SHEET + np.arange(len(net)) // PER_SHEET, 1 + np.arange(len(net)) % PER_SHEET
    file = _written(folder / "net.gpkg", net, sheets, numbers)
    copied = _copied(commune, net, sheets, numbers)
    before_mb = _peak_mb(anew=True)
    with _Spent() as spent:
        call_command(
            "import_parcels", file, commune=code, crs=f"EPSG:{ZONE}", stdout=io.StringIO(), stderr=io.StringIO()
        )
    stored = Parcel.objects.filter(commune_id=commune, is_current=True).count()
    if stored != len(net):
        raise RuntimeError(f"{stored} of {len(net)} parcels were stored")
    return {
        "parcels": len(net),
        "p95_ms": spent.processor_ms,
        "bar_ms": copied.processor_ms * MOST_RATIO,
        "copy_ms": copied.processor_ms,
        "to_copy": spent.processor_ms / copied.processor_ms,
        "clock_ms": spent.clock_ms,
        "copy_clock_ms": copied.clock_ms,
        "parcels_a_second": len(net) * 1_000 / spent.clock_ms,
        "memory_before_mb": before_mb,
        "memory_peak_mb": _peak_mb(),
        "parser_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024,
    }


class _Spent:
    """Milliseconds of a block: of this process, all it starts and the whole database; and of the clock."""

    processor_ms = clock_ms = 0.0

    def __enter__(self) -> "_Spent":
        """Begin."""
        self._before = self._now()
        return self

    def __exit__(self, *fault: object) -> None:
        """End."""
        self.processor_ms, self.clock_ms = (
            (now - then) * 1_000 for now, then in zip(self._now(), self._before, strict=True)
        )

    def _now(self) -> tuple[float, float]:
        return cpu.seconds(os.getpid()) + cpu.seconds(database.postmaster()), time.perf_counter()


def _place() -> tuple[int, str, float, float, float]:
    """Id and code of the province's commune with the widest ground, its middle on the plane and how far it reaches.

    Raises:
        RuntimeError: no boundaries are loaded.
    """
    codes = [unit.code for unit in fixtures.province(settings.GEO_IOC_PROVINCE).communes]
    with connection.cursor() as cursor:
        cursor.execute(_LARGEST, [codes])
        found: tuple[int, str, float, float, float] | None = cursor.fetchone()
    if found is None:
        raise RuntimeError("no commune has a boundary: load them with `make seed`")
    return found


def _empty(commune: int) -> None:
    """Away with the parcels that are there: the net lies over them."""
    known = Parcel.objects.filter(commune_id=commune)
    for part in (ParcelUse, Survey):
        part.objects.filter(parcel__in=known.values("pk")).delete()
    known._raw_delete(known.db)


def _net(east: float, north: float, radius: float, parcels: int) -> "np.ndarray[Any, Any]":
    """So many four-sided parcels without a gap, corners to the millimetre, none with parallel borders."""
    columns = int(np.ceil(np.sqrt(parcels)))
    width = min(WIDTH_M, 1.2 * radius / columns)
    random = np.random.default_rng(7)
    x, y = np.meshgrid(np.arange(columns + 1.0), np.arange(columns + 1.0))
    corner = np.stack([x, y], axis=-1) + random.uniform(-0.2, 0.2, (columns + 1, columns + 1, 2)) - columns / 2
    corner = np.round(corner * width + (east, north), 3)
    around = [corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]]
    rings = np.stack([*around, around[0]], axis=2).reshape(-1, 5, 2)
    return np.asarray(shapely.polygons(rings[:parcels]))


def _written(file: Path, net: Any, sheets: Any, numbers: Any) -> Path:
    uses = np.full(len(net), "CLN", dtype=object)
    pyogrio.raw.write(
        file,
        shapely.to_wkb(net),
        [sheets, numbers, uses, np.round(shapely.area(net), 1)],
        ["SO_TO", "SO_THUA", "LOAI_DAT", "DIEN_TICH"],
        driver="GPKG",
        layer="thua",
        geometry_type="Polygon",
        crs=f"EPSG:{ZONE}",
    )
    return file


def _copied(commune: int, net: Any, sheets: Any, numbers: Any) -> _Spent:
    """What the COPY took; shapes are turned into degrees before."""
    flat = shapely.get_coordinates(net)
    degrees = shapely.set_coordinates(net.copy(), Reading(zone=ZONE).lonlat(flat))
    shapes = shapely.to_wkb(shapely.set_srid(degrees, 4326), hex=True, include_srid=True)
    areas = shapely.area(net).tolist()
    with connection.cursor() as cursor:
        cursor.execute(f"create table {BARE} (like {Parcel._meta.db_table} including all)")
        for name, value in _CONSTANT.items():
            cursor.execute(f"alter table {BARE} alter {name} set default {value}")
        with _Spent() as spent, cursor.copy(f"copy {BARE} ({_ROW}) from stdin") as copy:
            for sheet, number, area, shape in zip(sheets.tolist(), numbers.tolist(), areas, shapes, strict=True):
                copy.write_row((commune, sheet, number, "CLN", round(area, 1), area, shape))
        cursor.execute(f"drop table {BARE}")
    return spent


def _peak_mb(anew: bool = False) -> float:
    """The most this process had resident; with `anew`, what it has now, from which the most is counted again."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1_024
