"""Every format out and in again."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from layers.core import Public
from layers.exchange.export import write
from tests.layers.exchange.conftest import STEWARD, Bring, layer_of
from tests.layers.exchange.test_formats import SQUARE, collection, feature, point

MADE = [
    feature(point(106.123456789012, 11.1), "a", tên="=Đền, “chùa”", n=7, f=0.1 + 0.2, ok=True, ngày="2026-03-31"),
    feature(
        {"type": "Polygon", "coordinates": SQUARE}, "b", tên="-5 độ", n=None, f=1e-7, lúc="2026-03-31T10:00:00+07:00"
    ),
    feature({"type": "MultiPolygon", "coordinates": [SQUARE]}, "c", tên=None, n=2**53 - 1, f=3.0, ok=False),
]


@pytest.mark.parametrize("suffix", ["geojson", "csv", "gpkg"])
@pytest.mark.parametrize("keyed", [True, False])
def test_import_of_its_own_export_changes_nothing(bring: Bring, tmp_path: Path, suffix: str, keyed: bool) -> None:
    made = MADE if keyed else [{k: v for k, v in one.items() if k != "id"} for one in MADE]
    first = bring("in.geojson", collection(*made))
    layer = layer_of(first)

    write(layer, layer.query(STEWARD).all(100), tmp_path / f"out.{suffix}")
    again = bring(f"out.{suffix}", layer=layer.id)

    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 3, 0), again.json()
    assert len(layer_of(again).attributes) == len(layer.attributes)


def test_csv_carries_its_mark_and_the_geometry_last(bring: Bring, tmp_path: Path) -> None:
    layer = layer_of(bring("in.geojson", collection(*MADE)))

    write(layer, layer.query(STEWARD).all(100), tmp_path / "out.csv")

    body = (tmp_path / "out.csv").read_bytes()
    assert body.startswith(b"\xef\xbb\xbf")
    headings, first, *_ = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert headings[-1] == "geometry"
    assert first[-1].startswith("POINT")
    assert "'=Đền, “chùa”" in first


def test_an_empty_layer_is_a_valid_file(bring: Bring, tmp_path: Path) -> None:
    layer = layer_of(bring("in.geojson", collection(*MADE)))

    for suffix in ("geojson", "csv", "gpkg"):
        write(layer, iter(()), tmp_path / f"none.{suffix}")

    assert json.loads((tmp_path / "none.geojson").read_text())["features"] == []
    assert (tmp_path / "none.gpkg").stat().st_size > 0


def test_the_command_writes_what_the_asked_role_sees(
    bring: Bring, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = bring("in.geojson", collection(*MADE))
    out = tmp_path / "out.geojson"

    with pytest.raises(CommandError, match="There is no layer"):
        call_command("export_layer", report.layer, str(out))
    call_command("export_layer", report.layer, str(out), "--role", "steward", "--filter", "n = 7")

    assert [one["properties"]["n"] for one in json.loads(out.read_text())["features"]] == [7]
    assert report.layer in capsys.readouterr().out
    with pytest.raises(CommandError, match=r"\.gpkg"):
        call_command("export_layer", report.layer, str(tmp_path / "out.dwg"), "--role", "steward")


def test_the_import_command_fails_loudly_and_writes_its_report(
    bring: Bring, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.geojson").write_text(collection(*MADE))
    (tmp_path / "bad.geojson").write_text("{")
    report, bad = tmp_path / "r.json", tmp_path / "bad.json"

    call_command(
        "import_features",
        "mau",
        str(tmp_path / "a.geojson"),
        "--title",
        "Mẫu|Sample",
        "--access",
        "public",
        report=report,
    )
    with pytest.raises(CommandError):
        call_command("import_features", "hong", str(tmp_path / "bad.geojson"), report=bad)
    with pytest.raises(CommandError, match="access"):
        call_command("import_features", "mau", str(tmp_path / "a.geojson"), access="public,steward")

    body = json.loads(report.read_text())
    assert (body["created"], body["title"]) == (3, {"vi": "Mẫu", "en": "Sample"})
    assert body["layer"] in capsys.readouterr().out
    problem = json.loads(bad.read_text())["problems"][0]
    assert (problem["file"], "cut off" in problem["message"]["en"]) == ("bad.geojson", True)


def test_a_public_dataset_is_exported_to_the_public(bring: Bring, tmp_path: Path, values: Callable[..., Any]) -> None:
    report = bring("in.geojson", collection(*MADE), access=Public())

    call_command("export_layer", report.layer, str(tmp_path / "o.csv"))

    assert len(values(report)) == 3
