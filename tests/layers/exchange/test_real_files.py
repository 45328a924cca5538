"""Real files of the world, read in place; skipped where they are not at hand."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from layers.core import Public, registry
from tests.layers.exchange.conftest import STEWARD, Bring, layer_of, messages

SHARED = Path(os.environ.get("GEO_IOC_SHARED", settings.BASE_DIR.parent / "shared")) / "data"


def real(name: str) -> Path:
    """A file of the sample data, or a skip that says which is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"sample data missing: {name} (GEO_IOC_SHARED)")
    return path


def test_hospitals_around_hanoi_from_raw_overpass(bring: Bring) -> None:
    path = real("osm_vn/hanoi_region_hospitals_overpass.json")

    first, again = bring(path, layer="benh_vien"), bring(path, layer="benh_vien")

    assert (first.created, first.rejected, again.unchanged) == (252, 0, 252)
    layer = layer_of(first)
    names = [hit.feature.attributes["name"] for hit in layer.query(STEWARD).search("benh vien nhiet doi", 5)]
    assert any("Nhiệt đới" in name for name in names)
    assert "openstreetmap.org" in (layer.source.en if layer.source else "")


def test_french_parcels_become_cells_far_away_and_areas_near(bring: Bring) -> None:
    path = real("cadastre_fr/cadastre-91216-parcelles.json")

    first, again = bring(path, layer="thua_phap", access=Public()), bring(path, layer="thua_phap")

    assert (first.created, again.unchanged, first.rejected) == (4241, 4241, 0)
    layer = registry.get(first.layer)
    assert layer.zoom.coarse is not None
    assert 10 <= layer.zoom.coarse <= 14
    types = {a.name: a.type for a in layer.attributes}
    assert (types["contenance"], types["created"], types["arpente"]) == ("integer", "date", "boolean")


def test_the_french_cadastre_comes_in_under_names_of_ours(bring: Bring, values: Any) -> None:
    path = real("cadastre_fr/cadastre-91216-parcelles.json")
    names = {"contenance": "dien_tich_dang_ky", "numero": "so_thua", "section": "to"}

    first, again = (bring(path, layer="thua_phap", mapping=names) for _ in range(2))

    assert (first.created, first.rejected, again.unchanged, again.updated) == (4241, 0, 4241, 0)
    one = values(first)[0]
    assert {"dien_tich_dang_ky", "so_thua", "to"} <= set(one)
    assert "contenance" not in one


def test_a_zipped_shapefile_with_its_projection(bring: Bring, values: Any) -> None:
    report = bring(real("vector_formats/coutwildrnp.zip"), layer="wild")

    assert (report.created, report.rejected) == (67, 0)
    assert "Mount Naomi Wilderness" in {row["name"] for row in values(report)}


@pytest.mark.parametrize("name", ["311_boston/pothole_repair_internal.csv", "vn_admin_codes/tay_ninh_units_2025.csv"])
def test_real_tables_with_coordinates(bring: Bring, name: str) -> None:
    report = bring(real(name), layer="bang")

    assert report.created > 90, messages(report)[:3]


def test_a_table_without_place_is_refused_by_name(bring: Bring) -> None:
    report = bring(real("vn_admin_codes/tay_ninh_legacy_units_63.csv"), layer="cu")

    assert report.failed
    assert "longitude and latitude" in messages(report)[0]
