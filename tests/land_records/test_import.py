"""`manage.py import_parcels`: the guard, the rows, the ledger, the borders, on real PostGIS."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import timezone

from land_records.importing.label import Label, read_label
from land_records.models import MapSheet, Parcel, ParcelUse, Survey, Transaction
from land_records.terms import TransactionKind
from layers.admin_units.models import AdminUnit, Boundary, Source
from layers.vn2000.reading import Reading
from tests.layers.exchange.drawings import dgn, dxf
from tests.layers.exchange.test_drawings import GML

pytestmark = pytest.mark.django_db

TAN_CHAU = "25516"
EAST, NORTH = 571_900.0, 1_278_036.0
"""A corner in Tân Châu, EPSG:9209: coordinates.md §4."""


@pytest.fixture
def tan_chau(communes: dict[str, AdminUnit]) -> AdminUnit:
    """The commune with a square outline of 12 km around the corner."""
    unit = communes[TAN_CHAU]
    ring = box(EAST, NORTH, 6_000).exterior.coords
    around = shapely.Polygon(Reading(zone=9209).lonlat(np.array(ring)))
    Boundary(unit=unit, level="commune", valid_from=date(2025, 7, 1), is_current=True).put(
        shapely.MultiPolygon([around]), Source.ILLUSTRATIVE
    )
    return unit


def box(east: float, north: float, half: float) -> shapely.Polygon:
    return shapely.box(east - half, north - half, east + half, north + half)


def quads(east: float, north: float, rows: int, columns: int) -> list[shapely.Polygon]:
    """A gap-free block of parcels about 20 m wide, none of whose borders are parallel."""
    random = np.random.default_rng(7)
    x, y = np.meshgrid(east + 20.0 * np.arange(columns + 1), north + 20.0 * np.arange(rows + 1))
    corners = np.round(np.stack([x, y], axis=-1) + random.uniform(-5, 5, (rows + 1, columns + 1, 2)), 3)
    return [
        shapely.Polygon([corners[r, c], corners[r, c + 1], corners[r + 1, c + 1], corners[r + 1, c]])
        for r in range(rows)
        for c in range(columns)
    ]


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """`bring(features or path, commune=…)`: the report of importing them."""

    def bring_in(what: Sequence[tuple[shapely.Geometry, dict[str, Any]]] | Path, **options: Any) -> dict[str, Any]:
        path = what if isinstance(what, Path) else written(tmp_path / "to.geojson", what)
        report = tmp_path / "report.json"
        report.unlink(missing_ok=True)
        try:
            call_command("import_parcels", path, report=report, **options)
        except CommandError:
            if not report.exists():
                raise
        found: dict[str, Any] = json.loads(report.read_text())
        return found

    return bring_in


def written(path: Path, features: Sequence[tuple[shapely.Geometry, dict[str, Any]]]) -> Path:
    """A GeoJSON file that says nothing of its system."""
    body = [
        {"type": "Feature", "properties": values, "geometry": shapely.geometry.mapping(shape)}
        for shape, values in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": body}))
    return path


def parcels(shapes: Sequence[shapely.Geometry], sheet: int = 12, first: int = 1) -> list[Any]:
    """The shapes as rows of a file, numbered, with use and area."""
    return [
        (shape, {"SO_TO": sheet, "SO_THUA": first + place, "LOAI_DAT": "CLN", "DIEN_TICH": round(shape.area, 1)})
        for place, shape in enumerate(shapes)
    ]


def messages(report: dict[str, Any], *, warning: bool | None = None) -> list[str]:
    return [p["message"]["en"] for p in report["problems"] if warning is None or p["warning"] is warning]


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return tuple(report[name] for name in ("created", "updated", "unchanged", "rejected"))


def test_a_sheet_in_the_declared_zone_is_registered_and_a_repeat_changes_nothing(
    tan_chau: AdminUnit, bring: Callable[..., Any]
) -> None:
    shapes = quads(EAST, NORTH, 4, 5)

    first = bring(parcels(shapes), commune=TAN_CHAU, crs="EPSG:9209")
    transactions = Transaction.objects.count()
    again = bring(parcels(shapes), commune=TAN_CHAU, crs="EPSG:9209")

    assert counts(first) == (20, 0, 0, 0), messages(first)
    assert counts(again) == (0, 0, 20, 0), messages(again)
    assert Transaction.objects.count() == transactions == 1
    one = Parcel.objects.get(sheet=12, parcel_number=1)
    assert (one.commune, one.land_use, one.is_current) == (tan_chau, "CLN", True)
    assert one.computed_area_m2 == pytest.approx(shapes[0].area, abs=0.01)
    assert one.identifier is not None
    assert len(one.identifier) == 12
    survey = Survey.objects.get(parcel=one)
    assert survey.srid == 9209
    vertices = shapely.from_wkb(bytes(survey.vertices.wkb)).normalize()
    assert vertices.equals_exact(shapes[0].normalize(), tolerance=1e-6)
    assert [(use.code, float(use.area_m2)) for use in ParcelUse.objects.filter(parcel=one)] == [
        ("CLN", round(shapes[0].area, 1))
    ]
    assert MapSheet.objects.get().map_commune_code == TAN_CHAU


def test_without_a_declared_system_nothing_is_guessed_until_neighbours_decide(
    tan_chau: AdminUnit, bring: Callable[..., Any]
) -> None:
    block = quads(EAST, NORTH, 10, 12)
    here, beside = block[:60], block[60:]

    refused = bring(parcels(here), commune=TAN_CHAU)
    assert refused["failed"]
    assert "EPSG:9209 | EPSG:9209,unshifted" in messages(refused)[0]
    assert not Parcel.objects.exists()

    bring(parcels(here), commune=TAN_CHAU, crs="EPSG:9209")
    for reading in (Reading(zone=9209, northing_first=True, unit="mm"), Reading(zone=9209, unshifted=True)):
        moved = [turned(shape, reading) for shape in beside]
        found = bring(parcels(moved, sheet=13), commune=TAN_CHAU, dry_run=True)
        assert f"Coordinates are read as {reading}." in messages(found)[0]
        assert counts(found) == (60, 0, 0, 0), messages(found)
        assert not [one for one in messages(found) if "Overlaps" in one]


def turned(shape: shapely.Geometry, reading: Reading) -> shapely.Geometry:
    """A shape of EPSG:9209 as another reading writes it."""
    return shapely.transform(shape, lambda points: np.round(reading.written(Reading(zone=9209).lonlat(points)), 3))


def test_a_wrong_zone_is_refused_with_the_right_one(tan_chau: AdminUnit, bring: Callable[..., Any]) -> None:
    report = bring(parcels(quads(EAST, NORTH, 4, 5)), commune=TAN_CHAU, crs="EPSG:9210")

    assert report["failed"]
    assert "EPSG:9210 does not fit" in messages(report)[0]
    assert "EPSG:9209" in messages(report)[0]
    assert not Parcel.objects.exists()


def test_a_changed_parcel_becomes_a_version_and_keeps_its_number(
    tan_chau: AdminUnit, bring: Callable[..., Any]
) -> None:
    shapes = quads(EAST, NORTH, 2, 3)
    bring(parcels(shapes), commune=TAN_CHAU, crs="EPSG:9209", effective_on="2020-01-01")
    rows = parcels(shapes)
    rows[0][1]["DIEN_TICH"] = 999.9

    report = bring(rows, commune=TAN_CHAU, crs="EPSG:9209", effective_on="2024-05-01")

    assert counts(report) == (0, 1, 5, 0), messages(report)
    versions = Parcel.objects.filter(sheet=12, parcel_number=1, recorded_to__isnull=True).order_by("valid_from")
    assert [(float(one.recorded_area_m2), one.valid_from.year) for one in versions] == [
        (round(shapes[0].area, 1), 2020),
        (999.9, 2024),
    ]
    assert len({one.su_id for one in versions}) == 1
    assert len({one.identifier for one in versions}) == 1


def test_a_dry_run_says_the_same_and_stores_nothing(tan_chau: AdminUnit, bring: Callable[..., Any]) -> None:
    report = bring(parcels(quads(EAST, NORTH, 2, 3)), commune=TAN_CHAU, crs="EPSG:9209", dry_run=True)

    assert counts(report) == (6, 0, 0, 0)
    assert not Parcel.objects.exists()
    assert not MapSheet.objects.exists()
    assert not Transaction.objects.exists()


def test_every_row_that_is_not_used_has_row_field_and_reason(tan_chau: AdminUnit, bring: Callable[..., Any]) -> None:
    rows = parcels(quads(EAST, NORTH, 2, 5))
    rows[0][1]["SO_THUA"] = None
    rows[1][1]["LOAI_DAT"] = "XYZ"
    rows[2][1]["LOAI_DAT"] = "SKX"
    rows[3][1]["DIEN_TICH"] = -4
    rows[4] = (rows[4][0], {**rows[4][1], "SO_THUA": 6})
    rows[6][1]["LOAI_DAT"] = "ONT 100 + CLN 5"
    rows[7][1]["LOAI_DAT"] = "BHK"

    report = bring(rows, commune=TAN_CHAU, crs="EPSG:9209")

    refused = {(p["row"], p["field"]): p["message"] for p in report["problems"] if not p["warning"]}
    assert set(refused) == {
        (1, "parcel_number"),
        (2, "land_use"),
        (3, "land_use"),
        (4, "recorded_area_m2"),
        (6, None),
        (7, "land_use"),
    }
    assert "SKC, SKS" in refused[3, "land_use"]["vi"]
    assert "row 5" in refused[6, None]["en"]
    assert counts(report) == (4, 0, 0, 6)
    assert Parcel.objects.get(parcel_number=8).land_use == "HNK"


def test_several_uses_are_kept_with_their_areas(tan_chau: AdminUnit, bring: Callable[..., Any]) -> None:
    shape = box(EAST, NORTH, 50)
    values = {"SO_TO": 1, "SO_THUA": 125, "LOAI_DAT": "ONT 400 + CLN 9600", "DIEN_TICH": 10000.0}

    report = bring([(shape, values)], commune=TAN_CHAU, crs="EPSG:9209")

    assert counts(report) == (1, 0, 0, 0), messages(report)
    parcel = Parcel.objects.get()
    assert parcel.land_use == "CLN"
    assert [(u.code, float(u.area_m2)) for u in parcel.uses.order_by("pk")] == [("ONT", 400.0), ("CLN", 9600.0)]
    assert counts(bring([(shape, values)], commune=TAN_CHAU, crs="EPSG:9209")) == (0, 0, 1, 0)


def test_overlaps_gaps_slivers_and_parcels_outside_are_reported(tan_chau: AdminUnit, bring: Callable[..., Any]) -> None:
    shapes = [
        shapely.box(EAST, NORTH, EAST + 20, NORTH + 20),
        shapely.box(EAST + 19.5, NORTH, EAST + 40, NORTH + 20),
        shapely.box(EAST, NORTH + 20, EAST + 15, NORTH + 40),
        shapely.box(EAST + 15.4, NORTH + 20, EAST + 40, NORTH + 40),
        shapely.box(EAST, NORTH + 40, EAST + 40, NORTH + 40.1),
    ]

    report = bring(parcels(shapes), commune=TAN_CHAU, crs="EPSG:9209")

    told = messages(report, warning=True)
    assert "Overlaps parcel 2 of sheet 12 in the file by 10.0 m²." in told
    assert any("a gap of 8.0 m² between parcels" in one for one in told)
    assert "The parcel is a sliver: 0.10 m wide on average." in told
    later = bring(
        parcels([shapely.box(EAST + 30, NORTH + 5, EAST + 50, NORTH + 15)], first=50), commune=TAN_CHAU, crs="EPSG:9209"
    )
    assert any("Overlaps parcel 2 of sheet 12, already there, by 100.0 m²." in one for one in messages(later))


@pytest.mark.parametrize("seed", range(4))
def test_every_overlap_is_found_within_a_sheet_and_across_sheets(
    tan_chau: AdminUnit, bring: Callable[..., Any], seed: int
) -> None:
    random = np.random.default_rng(seed)
    shapes = quads(EAST, NORTH, 6, 8)
    sheets = [12 if place % 8 < 4 else 13 for place in range(48)]
    for place in random.choice(48, 4, replace=False):
        shapes[place] = shapely.affinity.translate(shapes[place], *random.uniform(-3, 3, 2))
    middle = shapes[int(random.integers(48))].centroid
    shapes.append(box(middle.x, middle.y, 2))  # lies wholly in another: no borders cross
    sheets.append(int(random.choice([12, 13])))
    shapes.append(shapes[0])  # the same ground twice
    sheets.append(13)
    expected = {
        (one + 1, sheets[other], other + 1)
        for one in range(50)
        for other in range(one + 1, 50)
        if shapes[one].intersection(shapes[other]).area >= 0.11
    }

    rows = [(shape, values | {"SO_TO": sheet}) for (shape, values), sheet in zip(parcels(shapes), sheets, strict=True)]
    report = bring(rows, commune=TAN_CHAU, crs="EPSG:9209", dry_run=True)

    told = [p for p in report["problems"] if "Overlaps parcel" in p["message"]["en"]]
    words = [p["message"]["en"].split() for p in told]
    assert {(p["row"], int(w[5]), int(w[2])) for p, w in zip(told, words, strict=True)} == expected


def test_borders_with_a_corner_more_on_one_side_are_no_fault(tan_chau: AdminUnit, bring: Callable[..., Any]) -> None:
    west = shapely.box(EAST, NORTH, EAST + 20, NORTH + 40)
    south, north = (shapely.box(EAST + 20, NORTH + at, EAST + 40, NORTH + at + 20) for at in (0, 20))

    report = bring(parcels([west, south, north]), commune=TAN_CHAU, crs="EPSG:9209")

    assert counts(report) == (3, 0, 0, 0)
    assert report["warning_count"] == 1, messages(report)


def test_sheets_of_two_old_communes_do_not_collide(tan_chau: AdminUnit, bring: Callable[..., Any]) -> None:
    west, east = quads(EAST, NORTH, 2, 2), quads(EAST + 400, NORTH, 2, 2)

    bring(parcels(west, sheet=1), commune=TAN_CHAU, map_commune="25516", crs="EPSG:9209")
    report = bring(parcels(east, sheet=1), commune=TAN_CHAU, map_commune="25540", crs="EPSG:9209")

    assert counts(report) == (4, 0, 0, 0), messages(report)
    assert any("Sheet 1 of the old commune 25540 becomes sheet 2" in one for one in messages(report))
    sheets = MapSheet.objects.order_by("number").values_list("number", "map_commune_code", "map_number")
    assert list(sheets) == [(1, "25516", 1), (2, "25540", 1)]
    again = bring(parcels(east, sheet=1), commune=TAN_CHAU, map_commune="25540", crs="EPSG:9209")
    assert counts(again) == (0, 0, 4, 0)


def test_an_import_that_fails_leaves_nothing(
    tan_chau: AdminUnit, bring: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        assert not Parcel.objects.exists()
        raise RuntimeError("the machine stops")

    monkeypatch.setattr("land_records.importing.register.topology.problems", broken)
    with pytest.raises(RuntimeError):
        bring(parcels(quads(EAST, NORTH, 2, 3)), commune=TAN_CHAU, crs="EPSG:9209")

    assert not Parcel.objects.exists()
    assert not MapSheet.objects.exists()


@pytest.mark.parametrize("draw", [dxf, dgn])
def test_a_drawing_is_numbered_by_its_labels_and_what_has_none_or_two_is_told(
    tan_chau: AdminUnit, bring: Callable[..., Any], tmp_path: Path, draw: Callable[..., Path]
) -> None:
    west, east, lane, pond = (shapely.box(EAST + 20 * at, NORTH, EAST + 20 * at + 20, NORTH + 20) for at in range(4))
    path = draw(
        tmp_path / f"to.{draw.__name__}",
        [list(shape.exterior.coords) for shape in (west, east, lane, pond)],
        [
            (EAST + 5, NORTH + 12, "125 ONT"),
            (EAST + 5, NORTH + 8, "399.5"),
            (EAST + 25, NORTH + 10, "126 CLN / 400.2"),
            (EAST + 65, NORTH + 10, "127"),
            (EAST + 66, NORTH + 5, "128"),
        ],
    )

    report = bring(path, commune=TAN_CHAU, sheet="12", crs="EPSG:9209")

    assert counts(report) == (2, 0, 0, 2), messages(report)
    kept = Parcel.objects.order_by("parcel_number").values_list("parcel_number", "land_use", "recorded_area_m2")
    assert [(number, code, float(area)) for number, code, area in kept] == [(125, "ONT", 399.5), (126, "CLN", 400.2)]
    refused = " ".join(messages(report, warning=False))
    assert "has no parcel number inside" in refused
    assert "has several parcel numbers: 127, 128" in refused


def test_a_sheet_of_the_land_database_comes_in_by_its_element(
    tan_chau: AdminUnit, bring: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "to.gml"
    path.write_text(GML)

    report = bring(path, commune=TAN_CHAU, crs="EPSG:9209")

    assert counts(report) == (1, 0, 0, 0), messages(report)
    parcel = Parcel.objects.get()
    assert (parcel.sheet, parcel.parcel_number, float(parcel.recorded_area_m2)) == (12, 125, 400.0)


@pytest.mark.parametrize(
    ("texts", "numbers", "code", "area"),
    [
        (["125 ONT / 312.5"], (125,), "ONT", "312.5"),
        (["125", "ONT", "312,5"], (125,), "ONT", "312.5"),
        (["125/312.5"], (125,), None, "312.5"),
        (["{\\fArial;125}\\PONT+CLN\\P1.312,5"], (125,), "ONT+CLN", "1312.5"),
        (["\\A1;\\S125^312.5;"], (125,), None, "312.5"),
        (["125", "300"], (125,), None, "300"),
        (["125", "126"], (125, 126), None, None),
        (["Thửa 7 LUC 301.4 m²"], (7,), "LUC", "301.4"),
        (["Nhà văn hóa"], (), None, None),
        ([], (), None, None),
    ],
)
def test_labels_are_read_as_drafters_write_them(
    texts: list[str], numbers: tuple[int, ...], code: str | None, area: str | None
) -> None:
    assert read_label(texts, 301.0) == Label(numbers=numbers, use=code, area=area)


def test_an_unknown_commune_is_named(communes: dict[str, AdminUnit], bring: Callable[..., Any]) -> None:
    report = bring(parcels(quads(EAST, NORTH, 1, 1)), commune="99999", crs="EPSG:9209")

    assert report["failed"]
    assert "“99999” is no value of “commune”" in messages(report)[0]


def test_the_import_is_one_transaction_of_the_register(tan_chau: AdminUnit, bring: Callable[..., Any]) -> None:
    bring(parcels(quads(EAST, NORTH, 2, 3)), commune=TAN_CHAU, crs="EPSG:9209")

    written_by = Transaction.objects.get()
    assert written_by.kind == TransactionKind.IMPORT
    assert written_by.effective_on == timezone.localdate()
    assert set(Parcel.objects.values_list("made_by", flat=True)) == {written_by.pk}
