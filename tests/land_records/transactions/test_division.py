"""Split, merge and boundary correction: what they check, what goes on over the new parcels, who comes first."""

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import shapely
from django.db import connection

from land_records.models import Asset, Certificate, MapSheet, Parcel, Party, Restriction, Right, Survey, Transaction
from land_records.terms import AssetKind, DocumentKind, LegalStatus, RestrictionKind
from land_records.transactions import (
    Filing,
    Holding,
    Paper,
    Terms,
    Use,
    boundary,
    certify,
    merge,
    mortgage,
    restrict,
    split,
    undo_last,
)
from layers.core import ANYONE
from layers.core.errors import Conflict, Invalid
from layers.vn2000.plane import to_degrees
from tests.land_records.transactions.conftest import SHEET, ZONE, Draw, square

W, S = 571_900.0, 1_278_036.0
NOW = Filing(by=ANYONE)
CONSENT = Filing(by=ANYONE, papers=[Paper(kind=DocumentKind.CONSENT, title="Văn bản đồng ý", number="12/demo")])
HALF = shapely.LineString([(W + 50, S - 10), (W + 50, S + 110)])


def faults(act: Callable[[], object]) -> set[str]:
    before = Transaction.objects.count(), Parcel.objects.count()
    with pytest.raises(Invalid) as refused:
        act()
    assert (Transaction.objects.count(), Parcel.objects.count()) == before
    assert all(text.vi and text.en for text in refused.value.fields.values())
    return set(refused.value.fields)


def current(*numbers: int) -> list[Parcel]:
    return [Parcel.objects.current().get(parcel_number=number) for number in numbers]


def plane(parcel: Parcel) -> shapely.Polygon:
    shape: Any = shapely.from_wkb(bytes(Survey.objects.get(parcel=parcel).vertices.wkb))
    return shape


def test_a_drawn_line_ends_where_the_border_is_and_neighbours_keep_their_edges(draw: Draw) -> None:
    parent = draw(1, square(W, S))
    beside = draw(2, square(W + 100, S))
    short = shapely.LineString([(W + 0.03, S + 40), (W + 60, S + 45), (W + 99.98, S + 40)])
    (line,) = to_degrees([short], ZONE)

    split(parent.su_id, NOW, line=line)

    one, other = current(3, 4)
    both = one.geom.union(other.geom)
    assert both.sym_difference(parent.geom).area < 1e-16
    shared = parent.geom.intersection(beside.geom)
    assert both.boundary.buffer(1e-12).contains(shared), "to the ten-millionth of a metre"
    assert plane(one).area + plane(other).area == pytest.approx(10_000, abs=1e-6)


def test_given_shapes_are_fitted_to_the_parcel_and_refused_where_they_do_not(draw: Draw) -> None:
    parent = draw(1, square(W, S))
    west = shapely.box(W + 0.02, S - 0.01, W + 40.01, S + 100)
    east = shapely.box(W + 39.99, S, W + 100, S + 100.02)

    def shapes(*given: shapely.Polygon) -> set[str]:
        return faults(lambda: split(parent.su_id, NOW, shapes=given))

    assert shapes(west, shapely.box(W + 39, S, W + 100, S + 100)) == {"shapes"}
    assert shapes(west, shapely.box(W + 41, S, W + 100, S + 100)) == {"shapes"}
    assert shapes(west, shapely.box(W + 40, S, W + 100.2, S + 100)) == {"shapes"}
    assert shapes(west) == {"shapes"}
    assert faults(lambda: split(parent.su_id, NOW)) == {"line"}
    outside = shapely.LineString([(W + 200, S), (W + 200, S + 10)])
    assert faults(lambda: split(parent.su_id, NOW, line=outside)) == {"line"}

    split(parent.su_id, NOW, shapes=[west, east])

    one, other = current(2, 3)
    assert [one.recorded_area_m2 + other.recorded_area_m2] == [Decimal("10000.0")]
    assert plane(one).union(plane(other)).equals(plane(parent))


def test_uses_of_the_parts_add_up_to_what_they_were(draw: Draw) -> None:
    parent = draw(1, square(W, S), [("ONT", "400"), ("CLN", "9600")])

    def uses(*given: list[Use]) -> set[str]:
        return faults(lambda: split(parent.su_id, NOW, line=HALF, uses=given))

    rest = [Use(code="CLN")]
    assert uses() == uses(rest) == uses(rest, rest) == {"uses"}
    assert uses([Use(code="ONT", area_m2=Decimal(5001)), *rest], rest) == {"uses"}
    assert uses([Use(code="XYZ")], rest) == {"uses"}
    assert uses([Use(code="ONT", area_m2=Decimal("0.05")), *rest], rest) == {"uses"}


def test_no_part_is_smaller_than_the_province_allows(draw: Draw, settings: Any) -> None:
    parent = draw(1, square(W, S))
    settings.GEO_IOC_LAND_MINIMUM = '{"rural": {"CLN": 4000.5}, "urban": {"CLN": 1}}'
    line = shapely.LineString([(W + 40, S), (W + 40, S + 100)])

    assert faults(lambda: split(parent.su_id, NOW, line=line)) == {"line"}
    split(parent.su_id, NOW, line=HALF)


def test_what_stands_in_the_way(draw: Draw) -> None:
    parent = draw(1, square(W, S), status=LegalStatus.CERTIFIED)
    mortgage(parent.su_id, NOW, terms=Terms(holder="Ngân hàng demo", reference="HĐ 1/demo"))

    assert faults(lambda: split(parent.su_id, NOW, line=HALF)) == {"consent"}
    split(parent.su_id, CONSENT, line=HALF)

    one, other = current(2, 3)
    assert one.restrictions == other.restrictions == ["mortgage"]
    assert sorted(Restriction.objects.current().values_list("su_id", flat=True)) == [one.su_id, other.su_id]
    restrict(one.su_id, NOW, kind=RestrictionKind.SEIZURE, terms=Terms(reference="QĐ 1/demo"))
    assert faults(lambda: merge([one.su_id, other.su_id], CONSENT)) == {"parcels"}


def test_what_is_held_over_a_parcel_goes_on_over_its_parts(draw: Draw, person: Callable[[str], Party]) -> None:
    parent = draw(1, square(W, S))
    holder = Holding(party_id=person("Nguyễn Văn Demo").pk)
    certify([parent.su_id], NOW, serial="AA 01695788", registry_number="CN 1", authority="VPĐK", holders=[holder])
    house = Asset.objects.create(asset_id=900, su_id=parent.su_id, kind=AssetKind.HOUSE.value, valid_from="2016-01-01")

    assert faults(lambda: split(parent.su_id, NOW, line=HALF)) == {"assets"}
    split(parent.su_id, NOW, line=HALF, assets={house.asset_id: 1})

    one, other = current(2, 3)
    assert {right.su_id: right.certificate_id for right in Right.objects.current()} == {
        one.su_id: None,
        other.su_id: None,
    }
    assert not Certificate.objects.current().exists()
    assert one.status == LegalStatus.REGISTERED
    assert Asset.objects.current().get(asset_id=900).su_id == other.su_id

    undo_last(one.su_id, ANYONE, reason="Nhầm")

    assert Certificate.objects.current().count() == 1
    assert current(1)[0].status == LegalStatus.CERTIFIED
    assert Right.objects.current().get().certificate_id is not None
    split(parent.su_id, NOW, line=HALF, assets={house.asset_id: 0})
    assert len(current(4, 5)) == 2, "a number once used is not given again"


def test_only_neighbours_of_one_holder_are_merged(draw: Draw, sheet: MapSheet, person: Callable[[str], Party]) -> None:
    one, beside = draw(1, square(W, S)), draw(2, square(W + 100, S))
    corner, public = draw(3, square(W + 200, S + 100)), draw(4, square(W, S + 100), status=LegalStatus.MANAGED)
    Right.objects.create(su_id=corner.su_id, party=person("Trần Thị Demo"), valid_from="2016-01-01")

    def refused(*parcels: Parcel, **more: Any) -> set[str]:
        return faults(lambda: merge([parcel.su_id for parcel in parcels], NOW, **more))

    assert refused(one) == refused(one, one) == refused(beside, corner) == refused(one, public) == {"parcels"}
    Right.objects.all().delete()
    assert refused(beside, corner) == {"parcels"}, "they touch in a point"
    assert refused(one, beside, sheet=SHEET + 1) == {"sheet"}

    merge([one.su_id, beside.su_id], NOW)

    (made,) = current(5)
    assert (made.recorded_area_m2, plane(made).area) == (Decimal("20000.0"), 20_000)
    assert faults(lambda: merge([made.su_id, 10**9], NOW)) == {"parcels"}


def test_a_border_moves_between_neighbours_and_nowhere_else(draw: Draw) -> None:
    west, east = draw(1, square(W, S)), draw(2, square(W + 100, S))
    name = west.identifier
    moved = {
        west.su_id: shapely.box(W, S, W + 110.004, S + 100),
        east.su_id: shapely.box(W + 109.998, S, W + 200, S + 100),
    }

    assert faults(lambda: boundary({west.su_id: moved[west.su_id]}, NOW)) == {"shapes"}
    boundary(moved, Filing(by=ANYONE, effective_on=date(2025, 3, 1)))

    one, other = current(1, 2)
    assert one.recorded_area_m2 + other.recorded_area_m2 == Decimal("20000.0")
    assert one.recorded_area_m2 == Decimal("11000.4")
    assert (one.su_id, one.identifier) == (west.su_id, name)
    assert one.uses.get().area_m2 == one.recorded_area_m2
    assert plane(one).intersection(plane(other)).area == 0
    assert Parcel.objects.as_of(date(2025, 2, 28)).get(su_id=west.su_id).recorded_area_m2 == Decimal("10000.0")


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_is_told_and_nothing_is_half_done(draw: Draw) -> None:
    parent = draw(1, square(W, S))
    draw(2, square(W + 100, S))
    start, answers = threading.Barrier(2), []

    def officer(east: float) -> None:
        line = shapely.LineString([(W + east, S - 10), (W + east, S + 110)])
        try:
            start.wait(60)
            split(parent.su_id, NOW, line=line)
            answers.append("done")
        except Conflict:
            answers.append("conflict")
        except Exception as fault:
            answers.append(repr(fault))
        finally:
            connection.close()

    officers = [threading.Thread(target=officer, args=(east,)) for east in (30.0, 60.0)]
    for one in officers:
        one.start()
    for one in officers:
        one.join(120)

    assert sorted(answers) == ["conflict", "done"]
    assert Transaction.objects.count() == 1
    assert sorted(Parcel.objects.current().values_list("parcel_number", flat=True)) == [2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_two_parcels_of_a_sheet_split_at_once_get_different_numbers(draw: Draw) -> None:
    parcels = [draw(1, square(W, S)), draw(2, square(W + 200, S))]
    start, faults_ = threading.Barrier(2), []

    def officer(parcel: Parcel) -> None:
        west = plane(parcel).bounds[0]
        line = shapely.LineString([(west + 50, S - 10), (west + 50, S + 110)])
        try:
            start.wait(60)
            split(parcel.su_id, NOW, line=line)
        except Exception as fault:
            faults_.append(fault)
        finally:
            connection.close()

    officers = [threading.Thread(target=officer, args=(parcel,)) for parcel in parcels]
    for one in officers:
        one.start()
    for one in officers:
        one.join(120)

    assert faults_ == []
    assert sorted(Parcel.objects.current().values_list("parcel_number", flat=True)) == [3, 4, 5, 6]
