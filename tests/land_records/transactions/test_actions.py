"""Transactions as officers file them: forms checked by the server, each word read, own communes alone."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from django.db import transaction
from django.test import Client

from land_records.models import Document, Parcel, Party, Right, Survey, Transaction
from land_records.terms import LegalStatus
from land_records.transactions.actions import ACTIONS
from layers.core.action import checked
from layers.core.errors import Forbidden, Invalid
from layers.core.viewer import Viewer
from layers.vn2000.plane import to_degrees
from tests.land_records.transactions.conftest import ZONE, Draw, square
from tests.land_records.transactions.test_division import S, W
from tests.toys.door import given

Act = Callable[..., None]


@pytest.fixture
def parcel(draw: Draw) -> Parcel:
    draw(2, square(W + 100, S))
    return draw(1, square(W, S))


@pytest.fixture
def act(parcel: Parcel) -> Act:
    """`act("split", number of the parcel, field=value…)` as an officer of the parcel's commune, or another viewer."""

    def taken(name: str, number: int = 1, viewer: Viewer | None = None, **data: Any) -> None:
        chosen = next(one for one in ACTIONS if one.name == name)
        officer = viewer or Viewer(roles=frozenset({"land_officer"}), units=frozenset({parcel.commune_id}))
        assert chosen.allowed(officer)
        with transaction.atomic():
            row = Parcel.objects.current().select_for_update().get(parcel_number=number)
            chosen.handler(row, officer, checked(chosen.form or (), data))

    return taken


def faults(act: Callable[[], None]) -> set[str]:
    with pytest.raises(Invalid) as refused:
        act()
    return set(refused.value.fields)


def drawn(*points: tuple[float, float]) -> str:
    """A line as the map gives it, from eastings and northings."""
    (line,) = to_degrees([shapely.LineString(points)], ZONE)
    return shapely.to_geojson(line)


def areas(*numbers: int) -> list[float]:
    return [Parcel.objects.current().get(parcel_number=number).computed_area_m2 for number in numbers]


def status(number: int) -> str:
    return Parcel.objects.current().get(parcel_number=number).status


@pytest.mark.parametrize("reaches", [20, -5])
def test_a_bent_line_splits_and_its_ends_in_the_parcel_go_on_to_the_border(act: Act, reaches: float) -> None:
    assert faults(lambda: act("split")) == {"line"}
    assert faults(lambda: act("split", effective_on="15/09/2025", unknown=1)) == {"effective_on", "unknown"}
    assert faults(lambda: act("split", line=drawn((W + 40, S + 20), (W + 40, S + 20)))) == {"line"}
    bent = drawn((W + 40, S + reaches), (W + 40, S + 50), (W + 60, S + 70), (W + 60, S + 100 - reaches))

    act("split", line=bent, dossier="H80.1/demo")

    assert areas(3, 4) == pytest.approx([4800, 5200], abs=0.1)


def test_surveyed_vertices_in_either_order_and_uses_part_by_part(act: Act, parcel: Parcel) -> None:
    act("change_of_use", uses="ONT 400 + CLN")
    beside = f"{S - 10} {W + 200}\n{S + 10} {W + 200}"
    assert faults(lambda: act("split", vertices=beside)) == {"vertices"}
    line = f"{S - 1} {W + 40}\n{W + 40:.2f} {S + 101:.2f}"
    assert faults(lambda: act("split", vertices="1 2; 3 4")) == {"vertices"}
    assert faults(lambda: act("split", vertices=line)) == {"uses"}

    act("split", vertices=line, uses="ONT 400 + CLN\nCLN")

    west = Parcel.objects.current().get(parcel_number=3)
    assert {use.code: float(use.area_m2) for use in west.uses.all()} == {"ONT": 400.0, "CLN": 3600.0}


def test_neighbours_are_named_by_their_numbers(act: Act) -> None:
    assert faults(lambda: act("merge", numbers="2, x")) == faults(lambda: act("merge", numbers="99")) == {"numbers"}
    assert faults(lambda: act("merge", numbers="1")) == {"parcels"}

    act("merge", parcels=[Parcel.objects.get(parcel_number=2).su_id])

    assert sorted(Parcel.objects.current().values_list("parcel_number", flat=True)) == [3]
    act("undo", 3, reason="Nhầm thửa")
    assert sorted(Parcel.objects.current().values_list("parcel_number", flat=True)) == [1, 2]
    act("merge", numbers="2, 2")
    assert sorted(Parcel.objects.current().values_list("parcel_number", flat=True)) == [4]


def test_a_corner_moved_on_the_map_moves_in_both_parcels(act: Act, parcel: Parcel) -> None:
    beside = Parcel.objects.get(parcel_number=2)
    own, other = square(W, S), square(W + 100, S)

    def moved(shape: shapely.Polygon, by: float) -> shapely.Polygon:
        return shapely.transform(
            shape, lambda p: p + np.all(p == (W + 100, S + 100), axis=1)[:, None] * np.array([by, 0])
        )

    def shapes(*pairs: tuple[Parcel, shapely.Polygon]) -> dict[str, Any]:
        there = to_degrees([shape for _, shape in pairs], ZONE)
        return {
            str(one.su_id): json.loads(shapely.to_geojson(shape)) for (one, _), shape in zip(pairs, there, strict=True)
        }

    assert faults(lambda: act("boundary")) == {"shapes"}
    assert faults(lambda: act("boundary", shapes=shapes((parcel, moved(own, 10))))) == {"shapes"}

    act("boundary", shapes=shapes((parcel, moved(own, 10)), (beside, moved(other, 10))))

    assert areas(1, 2) == pytest.approx([10_500, 9_500], abs=0.1)
    vertices = shapely.from_wkb(
        bytes(Survey.objects.get(parcel__parcel_number=1, parcel__is_current=True).vertices.wkb)
    )
    assert {(W, S), (W, S + 100), (W + 100, S)} <= set(vertices.exterior.coords)


def test_a_corner_surveyed_again_is_where_it_was_measured(act: Act) -> None:
    assert faults(lambda: act("boundary", corners="x")) == {"corners"}
    assert faults(lambda: act("boundary", corners="1 2 3")) == {"corners"}
    assert faults(lambda: act("boundary", corners=f"9 {S} {W}")) == {"corners"}
    assert faults(lambda: act("boundary", corners=f"2 {S - 30} {W + 90}")) == {"corners"}
    corners = list(square(W, S).exterior.coords)[:-1]
    number = corners.index((W + 100, S + 100)) + 1

    act("boundary", corners=f"{number}\t{S + 100:.3f} {W + 95.123:.3f}")

    lost = 100 * (100 - 95.123) / 2
    assert areas(1, 2) == pytest.approx([10_000 - lost, 10_000 + lost], abs=0.01)


def test_the_life_of_a_certificate(act: Act) -> None:
    issued = {"serial": "AA 00000001", "registry_number": "CN 1", "authority": "VPĐK demo"}
    assert faults(lambda: act("certify", **issued)) == {"holders"}
    act("certify", **issued, holders="Nguyễn Văn Demo; 000000000001", kind="CNV")
    assert status(1) == LegalStatus.CERTIFIED

    pair = "Trần Thị Demo; 000000000002; 1/3\nLê Văn Demo; 000000000003; 2/3"
    act("mortgage", holder="Ngân hàng demo", reference="HĐ 1/demo")
    assert faults(lambda: act("transfer", manner="sale", kind="CNV", holders=pair)) == {"consent"}
    act("transfer", manner="sale", kind="CNV", holders=pair, consent="9/demo")
    act("release")
    shares = Right.objects.current().order_by("numerator").values_list("party__name", "numerator", "denominator")
    assert list(shares) == [("Trần Thị Demo", 1, 3), ("Lê Văn Demo", 2, 3)]
    assert Document.objects.get().number == "9/demo"

    act("restrict", kind="dispute", reference="TC 1/demo")
    act("lift")
    act("withdraw", reason="Cấp sai")
    assert status(1) == LegalStatus.REGISTERED
    act("correct", address="Ấp Demo", reason="Ghi thiếu")
    assert Parcel.objects.current().get(parcel_number=1).address == "Ấp Demo"


@pytest.mark.parametrize(
    "text", ["Nguyễn Văn Demo", "; 000000000001", "A; 000000000001; 2/1", "A; 000000000001; half", "Khác; 000000000009"]
)
def test_a_line_of_holders_that_cannot_be_read_names_no_person(act: Act, text: str) -> None:
    Party.objects.create(kind="CNV", name="Bùi Thị Kín", id_number="000000000009", is_demo=True)
    before = Party.objects.count()

    with pytest.raises(Invalid) as refused:
        act("certify", serial="AA 00000001", registry_number="CN 1", authority="VPĐK", holders=text, kind="CNV")

    said = json.dumps([text.json() for text in refused.value.fields.values()], ensure_ascii=False)
    assert set(refused.value.fields) == {"holders"}
    assert "Kín" not in said
    assert "0000" not in said
    assert Party.objects.count() == before


def test_what_reaches_parcels_of_another_commune_is_refused_whole(act: Act) -> None:
    elsewhere = Viewer(roles=frozenset({"land_officer"}), units=frozenset({1}))

    with pytest.raises(Forbidden):
        act("change_of_use", viewer=elsewhere, uses="ONT")

    assert Parcel.objects.current().get(parcel_number=1).land_use == "CLN"


def test_the_officers_layer_offers_them_and_the_server_checks_the_form(parcel: Parcel) -> None:
    officer = Viewer(user="x", roles=frozenset({"land_officer"}), units=frozenset({parcel.commune_id}))
    elsewhere = Viewer(user="y", roles=frozenset({"land_officer"}), units=frozenset({1}))

    def post(viewer: Viewer, uses: str) -> Any:
        address = f"/api/layers/parcel_cases/features/{parcel.su_id}/actions/change_of_use"
        return Client().post(address, {"uses": uses}, "application/json", **given(viewer))

    wrong, strange, done = post(officer, "XYZ"), post(elsewhere, "ONT"), post(officer, "ONT 400 + CLN")

    assert (wrong.status_code, set(wrong.json()["fields"])) == (422, {"uses"})
    assert done.status_code == 200
    assert strange.status_code == 404
    assert {use.code for use in Parcel.objects.current().get(su_id=parcel.su_id).uses.all()} == {"ONT", "CLN"}


def test_a_preview_tells_what_would_come_and_leaves_nothing(parcel: Parcel) -> None:
    officer = Viewer(user="x", roles=frozenset({"land_officer"}), units=frozenset({parcel.commune_id}))
    line = drawn((W + 40, S - 5), (W + 40, S + 105))

    def post(end: str, **data: Any) -> Any:
        address = f"/api/layers/parcel_cases/features/{parcel.su_id}/actions/{end}"
        return Client().post(address, data, "application/json", **given(officer))

    before = Parcel.objects.count(), Transaction.objects.count()
    wrong, shown = post("split/preview", line=line, uses="XYZ"), post("split/preview", line=line)

    assert (wrong.status_code, set(wrong.json()["fields"])) == (422, {"uses"})
    assert shown.status_code == 200, shown.content
    table = next(block for block in shown.json()["blocks"] if block["type"] == "table")
    assert [row[:3] for row in table["rows"]] == [["3", 4000, 4000], ["4", 6000, 6000], ["Cộng", 10_000, 10_000]]
    drawing = next(block for block in shown.json()["blocks"] if block["type"] == "image")
    assert ">3<" in drawing["svg"]
    assert ">4<" in drawing["svg"]
    assert (Parcel.objects.count(), Transaction.objects.count()) == before
    assert post("mortgage/preview").status_code == 404

    done = post("split", line=line)
    children = Parcel.objects.current().filter(parcel_number__in=(3, 4)).order_by("parcel_number")
    assert done.json()["became"] == list(children.values_list("su_id", flat=True))


def test_personal_fields_are_marked(parcel: Parcel) -> None:
    marked = {(action.name, field.name) for action in ACTIONS for field in action.form or () if field.personal}

    assert marked == {
        ("transfer", "holders"),
        ("certify", "holders"),
        ("mortgage", "holder"),
        ("restrict", "holder"),
    }
