"""GeoJSON, Overpass, GeoPackage, Shapefile, zip and folder."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from layers.exchange.parse.chunk import ROWS
from tests.layers.exchange.conftest import Bring, layer_of, messages, shapes

SQUARE = [[[106, 11], [106.1, 11], [106.1, 11.1], [106, 11.1], [106, 11]]]


def collection(*features: dict[str, Any], **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)}, ensure_ascii=False)


def feature(geometry: Any, fid: Any = None, **properties: Any) -> dict[str, Any]:
    made = {"type": "Feature", "geometry": geometry, "properties": properties}
    return made if fid is None else {"id": fid, **made}


def point(lon: float = 106.0, lat: float = 11.0) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def test_ids_beside_the_properties_identify_the_features(bring: Bring, values: Any) -> None:
    text = collection(feature(point(), "p-1", name="A"), feature(point(106.5), "p-2", name="A"))

    first = bring("p.geojson", text)
    again = bring("p.geojson", text)

    assert [row["id"] for row in values(first)] == ["p-1", "p-2"]
    assert (again.layer, again.unchanged, again.created) == (first.layer, 2, 0)


def test_types_are_kept_and_nested_values_become_their_json(bring: Bring, values: Any) -> None:
    made = feature(point(), code="1", n=3, f=2.5, yes=True, day="2026-03-31", tags={"a": [1]}, none=None, long=2**70)

    (row,) = values(bring("t.geojson", collection(made)))

    assert (row["n"], row["f"], row["yes"], str(row["day"])) == (3, 2.5, True, "2026-03-31")
    assert (row["tags"], row["long"], "none" in row) == ('{"a": [1]}', str(2**70), False)


def test_text_is_stored_composed(bring: Bring, values: Any) -> None:
    decomposed = "Đa\u0306\u0301k La\u0306\u0301k"

    (row,) = values(bring("t.geojson", collection(feature(point(), code="1", name=decomposed))))

    assert row["name"] == "Đắk Lắk"


def test_a_file_longer_than_a_chunk_is_read_whole(bring: Bring) -> None:
    number = ROWS + 7
    made = [feature(point(106 + n / 10_000), code=f"c{n}") for n in range(number)]

    report = bring("many.geojson", collection(*made))

    assert (report.rows, report.created) == (number, number)


def test_geometry_is_flattened_mended_or_refused(bring: Bring) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[106, 11], [106.1, 11.1], [106.1, 11], [106, 11.1], [106, 11]]]}
    flat = {"type": "Polygon", "coordinates": [[[106, 11], [106.1, 11], [106, 11], [106, 11]]]}
    high = {"type": "Point", "coordinates": [106, 11, 35.5]}
    same = {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": SQUARE}]}
    mixed = {"type": "GeometryCollection", "geometries": [point(), {"type": "Polygon", "coordinates": SQUARE}]}
    empty = {"type": "Polygon", "coordinates": []}
    odd = {"type": "Curve", "coordinates": []}
    made = [feature(g, code=str(n)) for n, g in enumerate((bow_tie, flat, high, same, mixed, empty, odd, None), 1)]

    report = bring("g.geojson", collection(*made))

    assert (report.created, report.rejected) == (3, 5)
    assert sorted(shape.geom_type for shape in shapes(report)) == ["MultiPolygon", "MultiPolygon", "Point"]
    assert not any(shape.has_z for shape in shapes(report))
    (mended,) = [one for one in report.problems if one.problem.warning]
    assert (mended.problem.row, "was mended" in mended.problem.message.en) == (1, True)
    assert sorted(one.problem.row or 0 for one in report.problems if not one.problem.warning) == [2, 5, 6, 7, 8]


def test_overpass_ways_and_relations_get_their_shapes(bring: Bring, values: Any) -> None:
    ring = [
        {"lat": 11.0, "lon": 106.0},
        {"lat": 11.0, "lon": 106.1},
        {"lat": 11.1, "lon": 106.1},
        {"lat": 11.0, "lon": 106.0},
    ]
    elements = [
        {"type": "node", "id": 1, "lat": 11.0, "lon": 106.0, "tags": {"name": "Trạm y tế"}},
        {"type": "node", "id": 2, "lat": 11.0, "lon": 106.2},
        {"type": "way", "id": 3, "nodes": [1, 2], "tags": {"highway": "residential"}},
        {"type": "way", "id": 4, "geometry": ring, "tags": {"building": "hospital"}},
        {"type": "way", "id": 5, "geometry": ring, "tags": {"highway": "service"}},
        {
            "type": "way",
            "id": 6,
            "nodes": [1, 99],
            "center": {"lat": 11.5, "lon": 106.5},
            "tags": {"amenity": "clinic"},
        },
        {"type": "way", "id": 7, "nodes": [1, 99], "tags": {"amenity": "clinic"}},
        {
            "type": "relation",
            "id": 8,
            "tags": {"type": "multipolygon", "name": "Khu"},
            "members": [
                {"type": "way", "ref": 9, "role": "outer", "geometry": ring[:3]},
                {"type": "way", "ref": 10, "role": "outer", "geometry": ring[2:]},
            ],
        },
    ]
    answer = json.dumps({"version": 0.6, "osm3s": {"copyright": "© OpenStreetMap, ODbL"}, "elements": elements})

    report = bring("osm.json", answer)

    kinds = {row["osm_id"]: shape.geom_type for row, shape in zip(values(report), shapes(report), strict=True)}
    assert kinds == {
        "node/1": "Point",
        "way/3": "LineString",
        "way/4": "Polygon",
        "way/5": "LineString",
        "way/6": "Point",
        "relation/8": "Polygon",
    }
    assert report.rejected == 1
    assert any("stand at their centre" in one for one in messages(report, warnings=True))
    source = layer_of(report).source
    assert source is not None
    assert source.vi == "© OpenStreetMap, ODbL"


def geopackage(path: Path, table: str, crs: str = "EPSG:4326", *, append: bool = False, x: float = 106.0) -> None:
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb(shapely.points([x, x + 0.5], [11.0, 11.5])),
        [np.array(["A", "B"], dtype=object), np.array([1, 0], dtype="int64"), np.array([1.5, np.nan])],
        np.array(["code", "n", "f"], dtype=object),
        field_mask=[None, np.array([False, True]), None],
        layer=table,
        driver="GPKG",
        geometry_type="Point",
        crs=crs,
        append=append,
    )


def test_a_geopackage_keeps_its_types_and_absent_integers(bring: Bring, values: Any, tmp_path: Path) -> None:
    geopackage(tmp_path / "p.gpkg", "points")

    report = bring("p.gpkg")

    assert values(report) == [{"code": "A", "n": 1, "f": 1.5}, {"code": "B", "n": None, "f": None}]
    assert type(values(report)[0]["n"]) is int


def test_of_several_tables_one_must_be_named(bring: Bring, tmp_path: Path) -> None:
    geopackage(tmp_path / "p.gpkg", "one")
    geopackage(tmp_path / "p.gpkg", "two", append=True)

    unsaid = bring("p.gpkg")
    said = bring("p.gpkg", table="two")

    assert messages(unsaid) == ["The file has several tables: one, two. Choose by --table."]
    assert said.created == 2


@pytest.mark.parametrize(("encoding", "suffix"), [("UTF-8", ".cpg"), ("UTF-8", ""), ("CP1258", "")])
def test_a_shapefile_in_a_zip_is_read_whatever_its_letters(
    bring: Bring, values: Any, tmp_path: Path, encoding: str, suffix: str
) -> None:
    folder = tmp_path / "shp"
    folder.mkdir()
    name = "Ðình" if encoding == "CP1258" else "Đình Hiệp Ninh"
    pyogrio.raw.write(
        str(folder / "dinh.shp"),
        shapely.to_wkb(shapely.points([106.1], [11.3])),
        [np.array([name if encoding == "UTF-8" else "Dinh"], dtype=object)],
        np.array(["TEN"], dtype=object),
        driver="ESRI Shapefile",
        geometry_type="Point",
        crs="EPSG:4326",
        encoding="UTF-8",
    )
    if not suffix:
        (folder / "dinh.cpg").unlink()
    with zipfile.ZipFile(tmp_path / "dinh.zip", "w") as packed:
        for one in folder.iterdir():
            packed.write(one, f"sâu/{one.name}")

    report = bring("dinh.zip")

    assert values(report)[0]["ten"] == (name if encoding == "UTF-8" else "Dinh")


def test_a_folder_is_read_one_level_deep_and_problems_name_their_file(bring: Bring, tmp_path: Path) -> None:
    folder = tmp_path / "xa"
    (folder / "sau").mkdir(parents=True)
    for n in (1, 2):
        (folder / f"{n}.geojson").write_text(collection(feature(point(), f"c{n}"), feature(None, f"x{n}")))
    (folder / "hong.geojson").write_text('{"type": "FeatureCollection", "features": [')
    (folder / "ghi_chu.md").write_text("không đọc")
    (folder / "sau" / "3.geojson").write_text(collection(feature(point(), "c3")))

    report = bring(folder.name)

    assert (report.created, report.rejected, report.rows) == (2, 2, 4)
    where = {(one.file, one.problem.row) for one in report.problems}
    assert where == {("1.geojson", 2), ("2.geojson", 2), ("hong.geojson", 1)}
