"""Parcels on the map: tiles with what is declared, search as an officer types, no person anywhere."""

from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon

from land_records.layer import ParcelLayer
from land_records.models import Parcel, Source
from land_records.panel import parcel_panel
from layers.admin_units.models import AdminLineage, AdminUnit, Relation
from layers.core import ANYONE, Note, Stat, registry
from layers.core.filter import parse_filter
from layers.core.panel import to_json
from tests.land_records.conftest import COMMUNE, WARD
from tests.tile_server.harness import Server, run
from tile_server.grid import tile_at

LON, LAT = 106.1, 11.3


def make_parcel(commune: AdminUnit, sheet: int, number: int, **more: Any) -> Parcel:
    west, south = LON + number / 1000, LAT + sheet / 1000
    values = {"land_use": "ODT", "recorded_area_m2": "120.5", "computed_area_m2": 120.49, "source": Source.DEMO.value}
    shape = Polygon.from_bbox((west, south, west + 0.0009, south + 0.0009))
    shape.srid = 4326
    values["valid_from"] = date(2016, 1, 1)
    return Parcel.objects.create(commune=commune, sheet=sheet, parcel_number=number, geom=shape, **{**values, **more})


@pytest.fixture
def layer() -> Any:
    return registry.get("parcels")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("zoom", [14, 17])
def test_a_tile_carries_what_is_declared_for_its_zoom(communes: dict[str, AdminUnit], zoom: int) -> None:
    make_parcel(communes[WARD], 1, 1, land_use="LUC")

    async def parcels(server: Server) -> Any:
        return (await server.get(f"/tiles/parcels/{tile_at(LON + 0.0014, LAT + 0.0014, zoom)}.mvt")).features("parcels")

    (feature,) = run(parcels)

    declared = {a.name for a in ParcelLayer.attributes if (a.from_zoom or 0) <= zoom}
    assert set(feature["properties"]) == declared
    assert feature["properties"]["land_use"] == "LUC"
    assert feature["properties"]["area"] == 120.5
    assert feature["geometry"]["type"] == "Polygon"


@pytest.mark.parametrize(
    "typed",
    [
        "Thửa 125, tờ bản đồ 12, phường Tân Ninh",
        "tờ 12 thửa 125, phường Tân Ninh, tỉnh Tây Ninh",
        "thửa 125 tờ 12 phường Tân Ninh thành phố Tây Ninh tỉnh Tây Ninh",
        "1. thửa 125 tờ 12 Tân Ninh",
        "thửa 125 tờ 12 tân nninh",
        "12/125 Tân Ninh",
        "12\t125\tTân Ninh",
        "12\t125\tPhường Tân Ninh, tỉnh Tây Ninh",
        "thửa 125 tờ 12 phường Hiệp Ninh",
    ],
)
def test_however_an_officer_writes_it_the_parcel_is_found(
    communes: dict[str, AdminUnit], layer: Any, typed: str
) -> None:
    wanted = make_parcel(communes[WARD], 12, 125)
    make_parcel(communes[COMMUNE], 12, 125)
    former = AdminUnit.objects.create(
        **{"code": "25459", "level": "commune", "kind": "ward", "name": "Hiệp Ninh", "full_name": "Phường Hiệp Ninh"},
        **{"name_en": "Hiệp Ninh Ward", "name_key": "phuong hiep ninh", "valid_to": date(2025, 7, 1)},
    )
    AdminLineage.objects.create(
        predecessor=former,
        successor=communes[WARD],
        relation=Relation.WHOLE.value,
        is_default=True,
        effective_date=date(2025, 7, 1),
    )

    assert [hit.feature.id for hit in layer.query(ANYONE).search(typed, 5)] == [wanted.su_id]


def test_search_finds_the_parcel_of_the_named_commune(communes: dict[str, AdminUnit], layer: Any) -> None:
    wanted = make_parcel(communes[WARD], 45, 123)
    make_parcel(next(unit for code, unit in communes.items() if code != WARD), 45, 123)

    hits = layer.query(ANYONE).search("thửa 123 tờ 45 tân ninh", 5)

    assert [hit.feature.id for hit in hits] == [wanted.su_id]
    assert hits[0].feature.attributes["name"] == "Thửa 123, tờ 45"
    assert layer.query(ANYONE).search("trường học", 5) == []


def test_filters_narrow_by_use_and_area(communes: dict[str, AdminUnit], layer: Any) -> None:
    small = make_parcel(communes[WARD], 1, 1)
    make_parcel(communes[WARD], 1, 2, recorded_area_m2="900")
    make_parcel(communes[WARD], 1, 3, land_use="LUC")

    found = layer.query(ANYONE, filters=parse_filter("land_use = 'ODT' AND area <= 120.5")).all(10)

    assert [feature.id for feature in found] == [small.su_id]


def test_the_panel_shows_both_areas_and_says_where_they_differ(communes: dict[str, AdminUnit], layer: Any) -> None:
    row = make_parcel(communes[WARD], 12, 125, recorded_area_m2="125")

    panel = parcel_panel(layer.query(ANYONE).row(row.su_id), ANYONE)

    assert to_json(panel.title, "vi") == "Thửa 125, tờ bản đồ 12"
    assert [block.value for block in panel.blocks if isinstance(block, Stat)] == [125.0, 120.49]
    notes = [to_json(block.text, "en") for block in panel.blocks if isinstance(block, Note)]
    assert any("tolerance" in note for note in notes)
    assert any("no legal meaning" in note for note in notes)


def test_no_column_holds_a_person() -> None:
    names = {field.name for field in Parcel._meta.concrete_fields}

    assert names == {
        *("id", "place_precision", "version", "updated_at", "commune", "sheet", "parcel_number", "land_use"),
        *("recorded_area_m2", "computed_area_m2", "source", "geom", "geom_3857"),
        *("su_id", "identifier", "area_difference", "status", "restrictions", "address", "made_by", "closed_by"),
        *("valid_from", "valid_to", "recorded_from", "recorded_to", "is_current"),
    }
