"""`manage.py import_units` on the real Tây Ninh set: GeoJSON, GeoPackage, a folder of one file per commune."""

import json
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from django.core.management import CommandError, call_command

from layers.admin_units.models import Boundary
from tests.layers.admin_units.conftest import SHARED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]

FOLDER = SHARED / "data/vn_admin_2025"


@pytest.fixture
def communes() -> Path:
    path = FOLDER / "tay_ninh_communes_2025_simplified.geojson"
    if not path.is_file():
        pytest.skip(f"{path} is missing")
    return path


def imported(path: Path, tmp_path: Path) -> dict[str, Any]:
    """The report of importing a file or folder."""
    report = tmp_path / "report.json"
    call_command("import_units", str(path), report=report)
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def numbers(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return (report["created"], report["updated"], report["unchanged"], report["rejected"])


def faults(report: dict[str, Any]) -> list[str]:
    """Messages that are not about columns the importer has no use for."""
    return [problem["message"]["en"] for problem in report["problems"] if problem.get("row") is not None]


def sources() -> dict[str, int]:
    found = Boundary.objects.filter(is_current=True, unit__parent__code="80").values_list("source", flat=True)
    return {source: list(found).count(source) for source in set(found)}


def test_the_published_file_comes_in_and_a_repeat_changes_nothing(communes: Path, tmp_path: Path) -> None:
    first = imported(communes, tmp_path)
    again = imported(communes, tmp_path)

    assert numbers(first) == (0, 96, 0, 0)
    assert numbers(again) == (0, 0, 96, 0)
    assert sources() == {"imported": 96}


def test_the_same_as_a_geopackage_changes_nothing_after_the_file(communes: Path, tmp_path: Path) -> None:
    package = tmp_path / "communes.gpkg"
    pyogrio.write_dataframe(pyogrio.read_dataframe(communes), package)

    first = imported(package, tmp_path)
    again = imported(communes, tmp_path)

    assert numbers(first) == (0, 96, 0, 0)
    assert numbers(again) == (0, 0, 96, 0)


def test_a_folder_of_one_file_per_commune_with_only_an_id(communes: Path, tmp_path: Path) -> None:
    features = json.loads(communes.read_text())["features"][:3]
    folder = tmp_path / "units"
    folder.mkdir()
    for feature in features:
        code = feature["properties"]["code"]
        bare = {"type": "Feature", "id": code, "properties": {}, "geometry": feature["geometry"]}
        (folder / f"{code}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [bare]}))

    report = imported(folder, tmp_path)

    assert numbers(report) == (0, 3, 0, 0)
    assert sources() == {"imported": 3, "illustrative": 93}


def test_of_two_files_with_one_code_the_finer_wins_and_the_report_says_so(communes: Path, tmp_path: Path) -> None:
    fine = FOLDER / "raw/25459_tan_ninh.geojson"
    coarse = next(f for f in json.loads(communes.read_text())["features"] if f["properties"]["code"] == "25459")
    folder = tmp_path / "units"
    folder.mkdir()
    (folder / "a_coarse.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [coarse]}))
    (folder / "b_fine.geojson").write_text(fine.read_text())

    report = imported(folder, tmp_path)

    assert numbers(report) == (0, 1, 0, 0)
    assert len(faults(report)) == 1
    assert "most vertices" in faults(report)[0]
    stored = Boundary.objects.get(unit__code="25459", is_current=True)
    assert stored.geom.num_coords == len(pyogrio.read_dataframe(fine).geometry[0].geoms[0].exterior.coords)


def test_rows_that_cannot_be_used_are_named_and_the_others_come_in(communes: Path, tmp_path: Path) -> None:
    collection = json.loads(communes.read_text())
    collection["features"] = collection["features"][:3]
    collection["features"][0]["properties"]["code"] = "99999"
    collection["features"][1]["geometry"] = None
    file = tmp_path / "mixed.geojson"
    file.write_text(json.dumps(collection))

    report = imported(file, tmp_path)

    assert numbers(report) == (0, 1, 0, 2)
    assert any("99999" in message for message in faults(report))
    assert any("no polygon" in message or "geometry" in message.lower() for message in faults(report))


def test_a_missing_file_fails_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("import_units", str(tmp_path / "nowhere.geojson"))
