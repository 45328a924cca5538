"""The worked example of land.md §7, to the square decimetre."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import shapely
from django.utils import timezone

from land_records.descent import ancestors, descendants
from land_records.models import Parcel
from land_records.transactions import Filing, Use, merge, split
from layers.core import ANYONE, registry
from layers.core.geo import Bbox
from layers.core.time import LOCAL
from layers.vn2000.plane import to_degrees
from tests.land_records.transactions.conftest import SHEET, ZONE, Draw, square

SPLIT_ON, MERGED_ON = date(2025, 9, 15), date(2026, 1, 10)
LINE = shapely.LineString([(571_940, 1_278_000), (571_940, 1_278_200)])


def numbers_on(day: date) -> list[int]:
    return sorted(Parcel.objects.as_of(day).values_list("parcel_number", flat=True))


def numbered(number: int) -> Parcel:
    return Parcel.objects.current().get(parcel_number=number)


def uses_of(parcel: Parcel) -> dict[str, Decimal]:
    return dict(parcel.uses.values_list("code", "area_m2"))


def click(easting: float, northing: float, day: date) -> list[str]:
    (point,) = to_degrees([shapely.Point(easting, northing)], ZONE)
    layer: Any = registry.get("parcels")
    at = datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)
    box = Bbox(point.x - 1e-7, point.y - 1e-7, point.x + 1e-7, point.y + 1e-7)
    found = layer.query(ANYONE, bbox=box, at=at).all(10)
    return [feature.attributes["label"] for feature in found]


def test_a_split_and_a_merge_as_the_reference_has_them(draw: Draw) -> None:
    parent = draw(125, square(571_900, 1_278_036), [("ONT", "400"), ("CLN", "9600")])
    beside = draw(126, square(572_000, 1_278_036))
    draw(309, square(572_100, 1_278_036))
    before = timezone.now()

    split(
        parent.su_id,
        Filing(by=ANYONE, effective_on=SPLIT_ON),
        line=LINE,
        uses=[[Use(code="ONT", area_m2=Decimal(400)), Use(code="CLN")], [Use(code="CLN")]],
    )

    west, east = numbered(310), numbered(311)
    assert [west.recorded_area_m2, east.recorded_area_m2] == [Decimal("4000.0"), Decimal("6000.0")]
    assert [round(west.computed_area_m2, 6), round(east.computed_area_m2, 6)] == [4000.0, 6000.0]
    assert uses_of(west) == {"ONT": Decimal(400), "CLN": Decimal(3600)}
    assert uses_of(east) == {"CLN": Decimal(6000)}
    assert numbers_on(date(2025, 9, 14)) == [125, 126, 309]
    assert numbers_on(SPLIT_ON) == [126, 309, 310, 311]
    assert ancestors(east.su_id).parcels == {parent.su_id}
    assert descendants(parent.su_id).parcels == {west.su_id, east.su_id}
    assert click(571_950, 1_278_080, date(2025, 9, 14)) == [f"{SHEET}/125"]
    assert click(571_950, 1_278_080, SPLIT_ON) == [f"{SHEET}/311"]

    merge([east.su_id, beside.su_id], Filing(by=ANYONE, effective_on=MERGED_ON))

    joined = numbered(312)
    assert (joined.recorded_area_m2, round(joined.computed_area_m2, 6)) == (Decimal("16000.0"), 16_000.0)
    assert ancestors(joined.su_id).parcels == {east.su_id, beside.su_id, parent.su_id}
    assert descendants(parent.su_id).parcels == {west.su_id, east.su_id, joined.su_id}
    assert numbers_on(date(2026, 1, 9)) == [126, 309, 310, 311]
    assert numbers_on(MERGED_ON) == [309, 310, 312]
    assert (
        ancestors(joined.su_id, known_at=before).parcels == descendants(parent.su_id, known_at=before).parcels == set()
    )


def test_a_line_of_descent_is_bounded_and_says_so(draw: Draw) -> None:
    parent = draw(125, square(571_900, 1_278_036))
    lines = shapely.MultiLineString(
        [[(571_900 + east, 1_278_000), (571_900 + east, 1_278_200)] for east in (20, 40, 60)]
    )
    split(parent.su_id, Filing(by=ANYONE, effective_on=SPLIT_ON), line=lines)

    whole, part = descendants(parent.su_id), descendants(parent.su_id, most=2)

    assert (len(whole.parcels), whole.is_complete) == (4, True)
    assert (len(part.parcels), part.is_complete) == (2, False)
