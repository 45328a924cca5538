"""The land officers' layer: who sees it, what is masked, what a purpose opens, what is never there."""

from datetime import date
from typing import Any

import pytest

from land_records.ledger import entry
from land_records.models import Certificate, CertifiedParcel, Parcel, ParcelUse, Party, Restriction, Right
from land_records.terms import TransactionKind
from layers.admin_units.models import AdminUnit
from layers.audit.models import AuditEntry
from layers.core import ANYONE, Viewer, registry
from layers.core.errors import LayerError
from layers.core.panel import to_json
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.test_layer import make_parcel

NAME = "Huỳnh Thị Bích Đào"
NUMBER = "999000000123"
SERIAL = "ZZ 00000123"
BANK = "Ngân hàng Cây Xoài"
HIDDEN = (NAME, NUMBER, SERIAL, BANK, "00000123", "CS0000123")
"""What must never be seen without a purpose."""


def officer(*units: AdminUnit, role: str = "land_officer") -> Viewer:
    return Viewer(user="an", user_id=None, roles=frozenset({role}), units=frozenset(unit.pk for unit in units))


@pytest.fixture
def parcel(communes: dict[str, AdminUnit]) -> Parcel:
    """Parcel 12/125 of the ward, held by one person, mortgaged."""
    made = make_parcel(communes[WARD], 12, 125, status="certified", restrictions=["mortgage"], address="Ấp 3")
    make_parcel(communes[COMMUNE], 12, 125, status="certified")
    since = {"valid_from": made.valid_from, "recorded_from": made.recorded_from}
    ParcelUse.objects.create(parcel=made, code="ODT", area_m2="120.5", origin="2")
    party = Party.objects.create(kind="CNV", name=NAME, id_number=NUMBER, is_demo=True)
    Certificate.objects.create(certificate_id=7, serial=SERIAL, registry_number="CS0000123", **since)
    CertifiedParcel.objects.create(
        certificate_id=7, su_id=made.su_id, printed_sheet="12", printed_number="125", **since
    )
    Right.objects.create(su_id=made.su_id, party=party, certificate_id=7, **since)
    Restriction.objects.create(restriction_id=9, su_id=made.su_id, kind="mortgage", holder=BANK, **since)
    return made


@pytest.fixture
def layer() -> Any:
    return registry.get("parcel_cases")


def test_nobody_but_land_officers_knows_the_layer(parcel: Parcel, layer: Any, communes: dict[str, AdminUnit]) -> None:
    unit = communes[WARD]
    others = [officer(unit, role=one) for one in ("leader", "field_staff", "steward", "operator", "auditor", "admin")]
    for viewer in (ANYONE, *others):
        with pytest.raises(LayerError):
            layer.query(viewer)


def test_an_officer_sees_the_own_commune_and_an_administrator_all_given_communes(
    parcel: Parcel, layer: Any, communes: dict[str, AdminUnit]
) -> None:
    assert [one.id for one in layer.query(officer(communes[WARD])).all(10)] == [parcel.su_id]
    assert layer.query(officer(communes[WARD], communes[COMMUNE], role="land_admin")).count() == 2
    assert layer.query(officer()).count() == 0


def test_names_and_serials_are_masked_in_features_and_panel(
    parcel: Parcel, layer: Any, communes: dict[str, AdminUnit]
) -> None:
    viewer = officer(communes[WARD])

    feature = layer.query(viewer).get(parcel.su_id)
    panel = layer.panel(layer.query(viewer).row(parcel.su_id), viewer)

    assert feature.attributes["land_user"] == "H*** T*** B*** Đ***"
    assert feature.attributes["certificate"] == "ZZ ***23"
    written = str(to_json(panel, "vi")) + str(feature.attributes)
    assert "H*** T*** B*** Đ***" in written
    assert not [one for one in HIDDEN if one in written]


def test_the_mask_is_that_of_the_time_asked(parcel: Parcel, layer: Any, communes: dict[str, AdminUnit]) -> None:
    heir = Party.objects.create(kind="CNV", name="Lê Văn Sáu", is_demo=True)
    with entry(TransactionKind.TRANSFER, ANYONE, effective_on=date(2025, 9, 15)) as made:
        made.revise(Parcel.objects.current().get(su_id=parcel.su_id))
        held = Right.objects.current().get(su_id=parcel.su_id)
        made.end(held)
        made.add(Right(su_id=parcel.su_id, party=heir, certificate_id=7))
    viewer = officer(communes[WARD])

    versions = [one.feature.attributes["land_user"] for one in layer.query(viewer).versions(parcel.su_id)]

    assert layer.query(viewer).get(parcel.su_id).attributes["land_user"] == "L*** V*** S***"
    assert versions == ["H*** T*** B*** Đ***", "H*** T*** B*** Đ***", "L*** V*** S***"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("land_user", "huynh thi bich dao"),
        ("land_user", "Bích Đào"),
        ("land_user", NUMBER),
        ("certificate", "zz00000123"),
        ("certificate", SERIAL),
        ("certificate", "CS0000123"),
    ],
)
def test_an_officer_finds_by_person_and_certificate_in_the_own_commune_only(
    parcel: Parcel, layer: Any, communes: dict[str, AdminUnit], field: str, text: str
) -> None:
    here, there = officer(communes[WARD]), officer(communes[COMMUNE])

    assert [hit.feature.id for hit in layer.query(here).search_restricted(field, text, 5)] == [parcel.su_id]
    assert layer.query(there).search_restricted(field, text, 5) == []
    assert layer.query(here).search_restricted(field, "Nguyễn Không Ai", 5) == []
    assert layer.query(here).search(text, 5) == []


def test_namesakes_elsewhere_hide_nobody(parcel: Parcel, layer: Any, communes: dict[str, AdminUnit]) -> None:
    Party.objects.bulk_create([Party(kind="CNV", name=NAME, is_demo=True) for _ in range(300)])
    Party.objects.filter(id_number=NUMBER).update(address="Ấp 3")  # written anew: the last of them in the table

    found = layer.query(officer(communes[WARD])).search_restricted("land_user", NAME, 5)

    assert [hit.feature.id for hit in found] == [parcel.su_id]


@pytest.mark.django_db(transaction=True)
def test_a_purpose_opens_the_name_and_the_log_knows(parcel: Parcel, layer: Any, communes: dict[str, AdminUnit]) -> None:
    reveal = next(action for action in layer.actions if action.name == "reveal")
    viewer = officer(communes[WARD])
    row = layer.query(viewer).row(parcel.su_id)

    with pytest.raises(LayerError):
        reveal.handler(row, viewer, {"purpose": "xem"})
    assert AuditEntry.objects.filter(action="reveal").count() == 0

    panel = str(to_json(reveal.handler(row, viewer, {"purpose": "Hồ sơ H80-1"}), "vi"))

    assert all(one in panel for one in (NAME, NUMBER, SERIAL, BANK))
    noted = AuditEntry.objects.get(action="reveal")
    assert (noted.layer, noted.feature_id, noted.purpose) == ("parcel_cases", parcel.su_id, "Hồ sơ H80-1")
    assert not [one for one in HIDDEN if one in str(noted.detail)]
