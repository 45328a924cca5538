"""What is wrong with the borders of a file's parcels: overlaps, gaps, slivers, parcels outside their commune.

All are warnings: the register takes what the survey says, and a person decides. Measured on the plane of the sheet's
VN-2000 zone, coordinates rounded to the millimetre as land documents keep them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import shapely
from django.db import connection

from land_records.models import Parcel
from land_records.quality.rules import OUTSIDE, SLIVER, limits, plane, shared
from layers.core import Problem, Text

LISTED = 200
"""Cases of a kind listed one by one; the number of all is told."""

_DOUBTFUL = """
update parcel_waiting set doubtful = true where row = any(%s)
    or (map_commune_code, map_sheet) in (select * from unnest(%s::text[], %s::integer[]));
create index on parcel_waiting using gist (plane);
analyze parcel_waiting
"""
_OVERLAPS = f"""
select least(one.row, other.row), case when one.row < other.row then other.map_sheet else one.map_sheet end,
    case when one.row < other.row then other.parcel_number else one.parcel_number end, shared.area, count(*) over ()
from parcel_waiting one
join parcel_waiting other on one.plane && other.plane and one.srid = other.srid
    and case when other.doubtful then one.row < other.row else one.row <> other.row end
{shared("one.plane", "other.plane")}
where one.doubtful and shared.area >= %s order by shared.area desc limit %s
"""
_OVERLAPS_THERE = f"""
select one.row, known.sheet, known.parcel_number, shared.area, count(*) over ()
from parcel_waiting one
join {Parcel._meta.db_table} known on one.geom && known.geom and known.is_current
{shared("one.plane", plane("known.geom", "one.srid"), when="st_relate(one.geom, known.geom, '2********')")}
where shared.area >= %s and not exists (
    select from parcel_waiting same
    where same.commune_id = known.commune_id and same.sheet = known.sheet and same.parcel_number = known.parcel_number)
order by shared.area desc limit %s
"""
_SLIVERS = f"""
select row, 2 * st_area(plane) / st_perimeter(plane) as width, count(*) over () from parcel_waiting
where {SLIVER} order by row limit %s
"""
_OUTSIDE = f"""
select one.row, unit.full_name, count(*) over ()
from parcel_waiting one join admin_units_adminunit unit on unit.id = one.commune_id
{OUTSIDE} order by one.row limit %s
"""
_SHEETS = """
select srid, map_commune_code, map_sheet, row, st_asbinary(plane) from parcel_waiting
order by srid, map_commune_code, map_sheet, row
"""

_OVERLAP = Text(
    vi="Chồng lên thửa {number} tờ {sheet} của tệp: {area:.1f} m².",
    en="Overlaps parcel {number} of sheet {sheet} in the file by {area:.1f} m².",
)
_OVERLAP_THERE = Text(
    vi="Chồng lên thửa {number} tờ {sheet} đã có: {area:.1f} m².",
    en="Overlaps parcel {number} of sheet {sheet}, already there, by {area:.1f} m².",
)
_SLIVER = Text(
    vi="Thửa rất hẹp: trung bình {width:.2f} m.", en="The parcel is a sliver: {width:.2f} m wide on average."
)
_OUT = Text(vi="Thửa nằm ngoài {name}.", en="The parcel lies outside {name}.")
_GAP = Text(
    vi="Tờ {sheet}: khe hở {area:.1f} m² giữa các thửa tại X {north:.2f}, Y {east:.2f}.",
    en="Sheet {sheet}: a gap of {area:.1f} m² between parcels at X {north:.2f}, Y {east:.2f}.",
)
_MORE = Text(vi="{kind}: tất cả {number} trường hợp.", en="{kind}: {number} cases in all.")
_KINDS = {
    "overlap": Text(vi="Thửa trong tệp chồng nhau", en="Overlaps within the file"),
    "there": Text(vi="Chồng lên thửa đã có", en="Overlaps with parcels already there"),
    "sliver": Text(vi="Thửa rất hẹp", en="Slivers"),
    "outside": Text(vi="Thửa nằm ngoài xã", en="Parcels outside their commune"),
    "gap": Text(vi="Khe hở giữa các thửa", en="Gaps between parcels"),
}


def problems() -> Iterator[Problem]:
    """What is wrong with the borders of the waiting parcels; at most `LISTED` of a kind, then their number."""
    sheets = [_sheet(*key, list(rows)) for key, rows in groupby(_planes(), key=lambda one: (one[0], one[1], one[2]))]
    _doubt(sheets)
    allowed = limits()
    for kind, sql, bound, words, names in (
        ("overlap", _OVERLAPS, [allowed.least_m2, LISTED], _OVERLAP, ("sheet", "number", "area")),
        ("there", _OVERLAPS_THERE, [allowed.least_m2, LISTED], _OVERLAP_THERE, ("sheet", "number", "area")),
        ("sliver", _SLIVERS, [allowed.sliver_width_m, LISTED], _SLIVER, ("width",)),
        ("outside", _OUTSIDE, [LISTED], _OUT, ("name",)),
    ):
        with connection.cursor() as cursor:
            cursor.execute(sql, bound)
            found = cursor.fetchall()
        for row, *facts, _ in found:
            message = words.format(**dict(zip(names, facts, strict=True)))
            yield Problem(row=row, message=message, field="geometry", warning=True)
        yield from _count(kind, found[0][-1] if found else 0)
    gaps = [(sheet.first, words) for sheet in sheets for words in sheet.gaps]
    yield from (Problem(row=row, message=words, field="geometry", warning=True) for row, words in gaps[:LISTED])
    yield from _count("gap", len(gaps))


def _count(kind: str, number: int) -> Iterator[Problem]:
    if number > LISTED:
        name = _KINDS[kind]
        words = Text(vi=_MORE.vi.format(kind=name.vi, number=number), en=_MORE.en.format(kind=name.en, number=number))
        yield Problem(row=None, message=words, field="geometry", warning=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What one pass over a sheet's parcels says; its parcels are not kept.

    Attributes:
        first: its first row.
        outline: all its parcels as one, in metres of the zone.
        doubtful: rows whose borders do not meet their neighbours' vertex by vertex: any overlap within is of one.
        gaps: the holes between parcels.
    """

    srid: int
    code: str
    number: int
    first: int
    outline: shapely.Geometry
    doubtful: tuple[int, ...]
    gaps: tuple[Text, ...]


def _sheet(srid: int, code: str, number: int, listed: Sequence[tuple[Any, ...]]) -> _Sheet:
    shapes = shapely.from_wkb([bytes(one[4]) for one in listed])
    loose = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    joined = shapely.union_all(shapes) if loose.any() else shapely.coverage_union_all(shapes)
    return _Sheet(
        srid=srid,
        code=code,
        number=number,
        first=listed[0][3],
        outline=joined,
        doubtful=tuple(one[3] for one, own in zip(listed, loose, strict=True) if own),
        gaps=tuple(_gaps(number, joined)),
    )


def _gaps(sheet: int, joined: shapely.Geometry) -> Iterator[Text]:
    for part in shapely.get_parts(joined):
        for ring in getattr(part, "interiors", ()):
            hole = shapely.polygons(ring)
            if limits().is_gap(hole):
                at = hole.representative_point()
                yield _GAP.format(sheet=sheet, area=hole.area, north=at.y, east=at.x)


def _doubt(sheets: Sequence[_Sheet]) -> None:
    """Mark the rows that an overlap may be of: those a sheet doubts, and all of two sheets that overlap."""
    outlines = np.array([sheet.outline for sheet in sheets], dtype=object)
    over = [
        (sheets[one], sheets[other])
        for one, other in shapely.STRtree(outlines).query(outlines, predicate="intersects").T.tolist()
        if one < other
        and sheets[one].srid == sheets[other].srid
        and shapely.relate_pattern(outlines[one], outlines[other], "2********")
    ]
    keys = {(sheet.code, sheet.number) for pair in over for sheet in pair}
    rows = [row for sheet in sheets for row in sheet.doubtful]
    if rows or keys:
        with connection.cursor() as cursor:
            cursor.execute(_DOUBTFUL, [rows, [code for code, _ in keys], [number for _, number in keys]])


def _planes() -> Iterable[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_SHEETS)
        while rows := cursor.fetchmany(2_000):
            yield from rows
