"""What a layer gives as a file it takes back, and nothing has changed."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.conformance.roads import Roads, whole
from tests.conformance.subject import Subject


@pytest.mark.parametrize("ending", ["geojson", "csv"])
def test_its_own_export_changes_nothing(subject: Subject, roads: Roads, tmp_path: Path, ending: str) -> None:
    if subject.layer.importer is None:
        pytest.skip("takes no files")
    if subject.layer.importer.whole:
        pytest.skip("a register takes surveys: its public view lacks the commune's code, the map's sheet and all uses")
    first = there_and_back(subject, tmp_path / f"first.{ending}")  # brings made rows into the importer's own form
    before = roads.features(subject, subject.full)

    again = there_and_back(subject, tmp_path / f"again.{ending}")

    assert first["created"] == 0, "a row was not known again by its natural key"
    assert (again["created"], again["updated"], again["rejected"]) == (0, 0, 0)
    assert again["unchanged"] == len(before)
    assert roads.features(subject, subject.full) == before


def there_and_back(subject: Subject, file: Path) -> dict[str, Any]:
    """Export a layer and import the file; the report."""
    report = file.with_suffix(".report")
    call_command("export_layer", subject.id, file, role=sorted(subject.named_roles))
    with suppress(CommandError):  # the report says more
        call_command("import_features", subject.id, file, report=report)
    said: dict[str, Any] = json.loads(report.read_text())
    faults = [one["message"]["en"] for one in said["problems"] if not one["warning"]]
    assert faults == []
    return said


@pytest.mark.kinds("vector", "stream", "computed")
@pytest.mark.parametrize("form", ["csv", "gpkg"])
def test_every_feature_is_in_its_files(subject: Subject, roads: Roads, form: str) -> None:
    listed = roads.get(subject.full, f"/api/layers/{subject.id}/features", limit=1).json()["matched"]

    body = whole(roads.get(subject.full, f"/api/layers/{subject.id}/features", format=form))

    if form == "csv":
        assert body.startswith(b"\xef\xbb\xbf")
        assert body.decode("utf-8-sig").splitlines()[0].endswith("geom")
        assert len(body.decode("utf-8-sig").splitlines()) == listed + 1
    else:
        assert body.startswith(b"SQLite format 3")
