"""Parcels by other numbers than today's: before a split, on the map when it was made, on a certificate; by address."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from land_records.models import CertifiedParcel, MapSheet, Parcel
from land_records.named import Named, identifier_in, read
from land_records.transactions import Filing, Use, merge, split
from layers.admin_units.models import AdminLineage, AdminUnit, Relation
from layers.core import ANYONE, Viewer
from layers.core.search import search_key
from tests.conftest import As
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planted import leaks, plant
from tests.land_records.test_layer import make_parcel
from tests.land_records.transactions.conftest import Draw, draw, sheet, square  # noqa: F401  # fixtures
from tests.land_records.transactions.test_worked_example import LINE, MERGED_ON, SPLIT_ON, numbered


def officer(unit: AdminUnit) -> Viewer:
    return Viewer(user="an", user_id=None, roles=frozenset({"land_officer"}), units=frozenset({unit.pk}))


def hits(viewer: Viewer, text: str, layer: str = "parcels", language: str = "vi") -> dict[int, str]:
    """What the search box shows of a layer: by parcel, what stands under its title."""
    answer = As(viewer).get("/api/search", {"q": text, "lang": language, "limit": 50})
    assert answer.status_code == 200, answer.content
    assert leaks(answer.content) == []
    return {hit["id"]: hit["subtitle"] for hit in answer.json()["hits"] if hit["layer"] == layer}


def old_unit(code: str, name: str, heir: AdminUnit) -> AdminUnit:
    """An old commune that went into one of today."""
    old = AdminUnit.objects.create(
        **{"code": code, "level": "commune", "kind": "ward", "name": name, "full_name": f"Phường {name}"},
        **{"name_en": f"{name} Ward", "name_key": f"phuong {search_key(name)}", "valid_to": date(2025, 7, 1)},
    )
    AdminLineage.objects.create(
        predecessor=old, successor=heir, relation=Relation.WHOLE.value, is_default=True, effective_date=date(2025, 7, 1)
    )
    return old


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thửa 123 tờ 45", Named(number=123, sheet=45)),
        ("Tờ bản đồ số 45, thửa đất số 123", Named(number=123, sheet=45)),
        ("thua 7", Named(number=7)),
        ("45/123", Named(number=123, sheet=45)),
        ("25459_45_123", Named(number=123, sheet=45, commune_code="25459")),
        ("1. thửa 125 tờ 12", Named(number=125, sheet=12)),
        ("t.125 tbđ 12", Named(number=125, sheet=12)),
        ("thửa 125, tờ BĐ 12, phường Hiệp Ninh cũ", Named(number=125, sheet=12, place="hiep ninh", is_former=True)),
        ("12/125 Hiệp Ninh (cũ)", Named(number=125, sheet=12, place="hiep ninh", is_former=True)),
        ("thua 125 to 12 hiep ninh cu", Named(number=125, sheet=12, place="hiep ninh", is_former=True)),
        ("Trường Tiểu học Thừa Đức", None),
        ("tờ 45", None),
        ("t 125", None),
        ("", None),
    ],
)
def test_words_of_an_officer_name_parcels(db: None, text: str, expected: Named | None) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["w653xzb3jw1z", "W653XZB3JW1Z", "mã định danh w653xzb3jw1z", "mã thửa đất w653xzb3jw1z"]
)
def test_an_identifier_is_read(text: str) -> None:
    assert identifier_in(text) == "w653xzb3jw1z"


@pytest.mark.parametrize("text", ["w653xzb3jw1", "truongtieuho", "trường tiểu học", "w653xzb3jw1a"])
def test_other_words_are_no_identifier(text: str) -> None:
    assert identifier_in(text) is None


def test_numbers_of_before_a_split_lead_to_what_stands_there_today(draw: Draw) -> None:  # noqa: F811
    parent = draw(125, square(571_900, 1_278_036), [("ONT", "400"), ("CLN", "9600")])
    beside = draw(126, square(572_000, 1_278_036))
    split(
        parent.su_id,
        Filing(by=ANYONE, effective_on=SPLIT_ON),
        line=LINE,
        uses=[[Use(code="ONT", area_m2=Decimal(400)), Use(code="CLN")], [Use(code="CLN")]],
    )
    west, east = numbered(127), numbered(128)
    assert hits(ANYONE, "thửa 125 tờ 12").keys() == {west.su_id, east.su_id}

    merge([east.su_id, beside.su_id], Filing(by=ANYONE, effective_on=MERGED_ON))
    joined = numbered(129)

    for viewer, layer in ((ANYONE, "parcels"), (officer(parent.commune), "parcel_cases")):
        found = hits(viewer, "12/125", layer)
        assert found.keys() == {west.su_id, joined.su_id}
        assert all(one.endswith("thửa 125, tờ 12 trước đây, nay là thửa 127, 129 tờ 12") for one in found.values())
        assert hits(viewer, parent.identifier, layer).keys() == {west.su_id, joined.su_id}
    assert "formerly parcel 126, sheet 12" in hits(ANYONE, "12/126", language="en")[joined.su_id]
    assert hits(ANYONE, joined.identifier).keys() == {joined.su_id}
    assert " · thửa" not in hits(ANYONE, "12/129")[joined.su_id]


def test_sheets_of_an_old_commune_are_found_by_their_own_numbers(communes: dict[str, AdminUnit]) -> None:
    ward = communes[WARD]
    old = [old_unit("25400", "Hiệp Ninh", ward), old_unit("25401", "Ninh Sơn", ward)]
    for number, unit in enumerate(old, 101):
        MapSheet.objects.create(commune=ward, number=number, map_commune_code=unit.code, map_number=12, srid=9209)
    first, second = make_parcel(ward, 101, 125), make_parcel(ward, 102, 125)
    same = make_parcel(ward, 12, 125)
    elsewhere = make_parcel(communes[COMMUNE], 12, 125)

    for viewer, layer in ((ANYONE, "parcels"), (officer(ward), "parcel_cases")):
        for text in ("thửa 125 tờ 12 phường Hiệp Ninh cũ", "12/125 hiep ninh", "25400_12_125"):
            found = hits(viewer, text, layer)
            assert found.keys() == {first.su_id}, text
            assert found[first.su_id].endswith("thửa 125, tờ 12 khi đo vẽ, Phường Hiệp Ninh cũ")
    assert hits(ANYONE, "thửa 125 tờ 12 phường Tân Ninh").keys() == {first.su_id, second.su_id, same.su_id}
    assert hits(ANYONE, "12/125").keys() == {first.su_id, second.su_id, same.su_id, elsewhere.su_id}
    assert hits(officer(communes[COMMUNE]), "12/125", "parcel_cases").keys() == {elsewhere.su_id}
    assert hits(ANYONE, "101/125").keys() == {first.su_id}


def test_an_old_name_alone_leads_to_the_commune_of_today(communes: dict[str, AdminUnit]) -> None:
    old_unit("25400", "Hiệp Ninh", communes[WARD])
    here = make_parcel(communes[WARD], 12, 125)
    make_parcel(communes[COMMUNE], 12, 125)

    assert hits(ANYONE, "thửa 125 tờ 12 phường Hiệp Ninh cũ").keys() == {here.su_id}


def test_numbers_printed_on_a_certificate_are_for_officers_of_the_commune(communes: dict[str, AdminUnit]) -> None:
    parcel = plant(communes[WARD])
    CertifiedParcel.objects.filter(su_id=parcel.su_id).update(printed_sheet="3", printed_number="77")

    here = hits(officer(communes[WARD]), "thửa 77 tờ 3", "parcel_cases")

    assert here.keys() == {parcel.su_id}
    assert here[parcel.su_id].endswith("thửa 77, tờ 3 trên giấy chứng nhận")
    assert hits(officer(communes[WARD]), "thửa 77 tờ 3") == {}
    assert hits(ANYONE, "thửa 77 tờ 3") == {}
    assert hits(officer(communes[COMMUNE]), "thửa 77 tờ 3", "parcel_cases") == {}
    admin = Viewer(user="ad", user_id=None, roles=frozenset({"admin"}), units=frozenset({communes[WARD].pk}))
    assert hits(admin, "thửa 77 tờ 3", "parcel_cases") == {}


def test_the_public_is_never_told_what_a_certificate_prints(communes: dict[str, AdminUnit]) -> None:
    """Even of a parcel that is found by the same numbers for another reason."""
    parcel = plant(communes[WARD], sheet=101)
    MapSheet.objects.create(commune=communes[WARD], number=101, map_commune_code="25400", map_number=12, srid=9209)

    assert hits(ANYONE, "12/125")[parcel.su_id].endswith("khi đo vẽ, 25400 cũ")
    assert "giấy chứng nhận" not in str(hits(ANYONE, "12/125"))


@pytest.mark.parametrize(
    "text", ["đường Hoa Mai", "hoa mai", "thửa 125 đường Hoa Mai", "thửa 125 tờ 12, đường Hoa Mai"]
)
def test_an_address_is_for_officers_of_the_commune(communes: dict[str, AdminUnit], text: str) -> None:
    parcel = plant(communes[WARD], address="Đường Hoa Mai, ấp 3")
    plant(communes[COMMUNE], 126, address="Đường Hoa Mai, ấp 3")

    assert hits(officer(communes[WARD]), text, "parcel_cases").keys() == {parcel.su_id}
    assert hits(ANYONE, text) == {}


@pytest.mark.parametrize("text", ["ZZ 70000123", "70000123", "CS0700123", "Huỳnh Thị Bích Đào", "999000000123"])
def test_a_serial_a_number_and_a_name_find_nothing_without_a_purpose(communes: dict[str, AdminUnit], text: str) -> None:
    plant(communes[WARD])

    assert hits(officer(communes[WARD]), text, "parcel_cases") == {}
    assert hits(ANYONE, text) == {}


def test_indexes_answer_for_parcels_that_are_no_more(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")

    gone = Parcel.objects.filter(identifier="w653xzb3jw1z", is_current=False).explain()
    printed = CertifiedParcel.objects.current().filter(printed_number="1", printed_sheet="2").explain()

    assert "land_records_parcel_gone" in gone
    assert "land_records_printed_numbers" in printed
