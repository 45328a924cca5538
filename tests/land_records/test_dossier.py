"""The one-stop shop's dossier: filed by a form, told in the panel, found by officers, leading to its own page."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from land_records.apps import check_dossier
from land_records.dossier import parcels_of_dossier
from land_records.models import Parcel, Transaction
from layers.admin_units.models import AdminUnit
from layers.core import Viewer, registry
from layers.core.panel import to_json
from tests.conftest import As
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planted import plant

NUMBER = "000.00.19.H80-260105-0001"
"""Invented."""


def officer(unit: AdminUnit) -> Viewer:
    return Viewer(user="an", user_id=None, roles=frozenset({"land_officer"}), units=frozenset({unit.pk}))


@pytest.fixture
def parcel(communes: dict[str, AdminUnit]) -> Parcel:
    """A parcel of the ward with a change that an officer filed under the dossier; another without."""
    plant(communes[WARD], 126)
    made = plant(communes[WARD])
    answer = As(officer(communes[WARD])).post(
        f"/api/layers/parcel_cases/features/{made.su_id}/actions/correct",
        {"address": "Ấp 4", "reason": "Viết sai", "dossier": f" {NUMBER} ", "consent": "7"},
    )
    assert answer.status_code == 200, answer.content
    return made


def panel_of(parcel: Parcel, viewer: Viewer, language: str) -> Any:
    layer: Any = registry.get("parcel_cases")
    return to_json(layer.panel(layer.query(viewer).row(parcel.su_id), viewer), language)


def rows_of(panel: Any, title: str) -> Any:
    return next(block["rows"] for block in panel["blocks"] if block.get("title") == title)


def test_the_number_is_in_history_and_panel(parcel: Parcel, communes: dict[str, AdminUnit]) -> None:
    panel = panel_of(parcel, officer(communes[WARD]), "vi")

    (row,) = rows_of(panel, "Hồ sơ một cửa")
    (entry,) = next(block["entries"] for block in panel["blocks"] if "entries" in block)
    assert Transaction.objects.get().dossier == NUMBER
    assert row[0].startswith("Đính chính, ")
    assert row[1] == NUMBER
    assert entry["text"] == f"Hồ sơ {NUMBER}"


def test_the_number_leads_where_the_deployment_says(
    parcel: Parcel, communes: dict[str, AdminUnit], settings: LazySettings
) -> None:
    settings.GEO_IOC_DOSSIER_URL = "https://motcua.example/tra-cuu/{number}"
    Transaction.objects.update(dossier="H80/1 a?b")

    (row,) = rows_of(panel_of(parcel, officer(communes[WARD]), "en"), "Dossiers of the one-stop shop")

    assert row[1] == {"href": "https://motcua.example/tra-cuu/H80%2F1%20a%3Fb", "text": "H80/1 a?b"}


@pytest.mark.parametrize(
    ("template", "faults"),
    [("", 0), ("https://motcua.example/{number}", 0), ("https://motcua.example/", 1), ("javascript:{number}", 1)],
)
def test_an_address_that_cannot_be_opened_is_told_at_the_start(
    settings: LazySettings, template: str, faults: int
) -> None:
    settings.GEO_IOC_DOSSIER_URL = template

    assert len(check_dossier()) == faults


@pytest.mark.parametrize(
    "text",
    [f"hồ sơ {NUMBER}", NUMBER, NUMBER.lower(), f"Mã hồ sơ: {NUMBER}", "ho so 000.00.19.H80", f"dossier {NUMBER}"],
)
def test_officers_of_the_commune_find_the_parcel_by_it(
    parcel: Parcel, communes: dict[str, AdminUnit], text: str
) -> None:
    here, there = (As(officer(communes[code])).get("/api/search", {"q": text}).json() for code in (WARD, COMMUNE))

    assert [hit["id"] for hit in here["hits"]] == [parcel.su_id]
    assert there["hits"] == []


@pytest.mark.parametrize("text", ["thửa 125 tờ 12", "12/125", "hồ sơ", "hồ sơ 000", "hồ sơ thửa 125", "%%%%.%.%"])
def test_other_words_speak_of_no_dossier(text: str) -> None:
    assert parcels_of_dossier(text) is None


def test_an_index_answers_how_a_number_begins(db: None) -> None:
    found = Transaction.objects.exclude(dossier="").filter(dossier__istartswith=NUMBER)

    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")

    assert "land_records_dossier" in found.order_by().explain()
