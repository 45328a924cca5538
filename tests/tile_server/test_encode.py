"""Our encoder of dense tiles beside PostgreSQL's: the same features, attributes and shapes."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks import parcels
from tests.tile_server.encoding import TILE, Drawn, Row, both, metres, ours
from tile_server import vector
from tile_server.encode import Column, Field, Paths, Window, encode_layer
from tile_server.grid import BUFFER, EXTENT

FRONTEND = Path(__file__).parents[2] / "frontend"
LOW, HIGH = -BUFFER, EXTENT + BUFFER


def square(x: float, y: float, size: float) -> Any:
    """A square by its corner."""
    return shapely.box(x, y, x + size, y + size)


def star(random: np.random.Generator, x: float, y: float, radius: float, corners: int = 9) -> Any:
    """A polygon that is not convex."""
    angles = np.sort(random.uniform(0, 2 * np.pi, corners))
    reach = radius * random.uniform(0.5, 1, corners)
    return shapely.make_valid(shapely.Polygon(np.c_[x + reach * np.cos(angles), y + reach * np.sin(angles)]))


def assert_equal(theirs: Drawn, mine: Drawn, within: float = 1.0) -> None:
    """The same features with the same attributes, and shapes no further apart than `within` units."""
    assert mine.properties == theirs.properties
    assert {i: _types(p) for i, p in mine.properties.items()} == {i: _types(p) for i, p in theirs.properties.items()}
    for id_, shape in theirs.shapes.items():
        assert shapely.hausdorff_distance(shape, mine.shapes[id_]) <= within
        assert mine.shapes[id_].is_valid


def _types(properties: dict[str, Any]) -> dict[str, type]:
    return {name: type(value) for name, value in properties.items()}


@pytest.mark.django_db
def test_parcels_are_those_of_st_asmvt() -> None:
    random = np.random.default_rng(1)
    shapes = parcels.polygons(35.0, 2_100.0, random)
    unit = TILE.size_m / EXTENT
    moved = shapely.transform(shapes, lambda p: (p - parcels.CENTRE) * (1 / unit, -1 / unit) + (900, 2_000))
    rows = [Row(shape, i, f"Thửa {i % 40}", i, i / 7, i % 2 == 0) for i, shape in enumerate(moved)]

    theirs, mine = both(rows)

    assert len(mine.features) > 2_000
    assert_equal(theirs, mine)


@pytest.mark.django_db
@pytest.mark.parametrize("radius", [40, 300, 3_000])
def test_polygons_across_the_edge_are_those_of_st_asmvt(radius: float) -> None:
    random = np.random.default_rng(2)
    rows = [Row(star(random, *random.uniform(-200, 4_300, 2), radius), i) for i in range(200)]

    theirs, mine = both(rows)

    assert set(mine.features) == set(theirs.features)
    far = [shapely.hausdorff_distance(shape, mine.shapes[id_]) > 1.5 for id_, shape in theirs.shapes.items()]
    assert np.mean(far) < 0.02  # ST_AsMVTGeom takes some spikes away
    assert all(shape.is_valid for shape in mine.shapes.values())


@pytest.mark.django_db
def test_shapes_of_every_kind_in_one_tile() -> None:
    donut = square(100, 100, 900).difference(square(300, 300, 200)).difference(square(700, 700, 100))
    rows = [
        Row(shapely.Point(10, 20), 1),
        Row(shapely.MultiPoint([(10, 20), (30, 40), (9_000, 40)]), 2),
        Row(shapely.LineString([(0, 0), (500, 20), (900, 900)]), 3),
        Row(shapely.LineString([(-500, 50), (100, 50), (100, -500), (200, -500), (200, 300)]), 4),
        Row(shapely.MultiLineString([[(0, 0), (50, 70)], [(4_000, 100), (5_000, 100)]]), 5),
        Row(square(50, 60, 70), 6),
        Row(donut, 7),
        Row(shapely.MultiPolygon([square(10, 10, 50)]), 8),
        Row(shapely.MultiPolygon([square(-300, -300, 500), square(4_000, 4_000, 500), square(-300, 4_000, 500)]), 9),
        Row(shapely.GeometryCollection([shapely.Point(5, 5), square(5, 5, 90)]), 10),
        Row(square(-900, -900, 6_000).difference(square(-500, 100, 5_000)), 11),
    ]

    theirs, mine = both(rows)

    assert_equal(theirs, mine)
    assert {i: s.geom_type for i, s in mine.shapes.items()} == {i: s.geom_type for i, s in theirs.shapes.items()}


@pytest.mark.django_db
def test_a_polygon_that_the_edge_cuts_in_two_keeps_each_hole_where_it_is() -> None:
    joined_outside = shapely.box(-600, 100, 900, 1_600).difference(shapely.box(-300, 600, 901, 1_100))
    holed = joined_outside.difference(square(200, 200, 200)).difference(square(200, 1_300, 200))
    opened = joined_outside.difference(shapely.box(-200, 1_200, 100, 1_400))  # a hole that the edge cuts as well

    theirs, mine = both([Row(holed, 1), Row(opened, 2), Row(shapely.transform(holed, lambda p: p[:, ::-1]), 3)])

    assert_equal(theirs, mine, within=0)
    assert [len(part.interiors) for part in mine.shapes[1].geoms] == [1, 1]


@pytest.mark.django_db
def test_a_polygon_that_reaches_round_the_tile_and_nowhere_into_it_is_left_out() -> None:
    around = shapely.box(-900, -900, 9_000, 9_000).difference(shapely.box(-500, -500, 5_000, 9_001))

    theirs, mine = both([Row(around)])

    assert theirs.features == mine.features == {}


@pytest.mark.django_db
def test_values_keep_their_types_and_nulls_stay_out() -> None:
    rows = [
        Row(square(0, 0, 9), 1, "Đường Nguyễn Huệ", 7, 7.0, True),
        Row(square(9, 0, 9), 2, "", -7, -0.5, False),
        Row(square(18, 0, 9), 3, None, None, None, None),
        Row(square(27, 0, 9), 4, "dài " * 90, 2_147_483_647, 1e300, None),
        Row(square(36, 0, 9), 5, None, 0, None, True),
        Row(square(45, 0, 9), 1 << 40, "7", -2_147_483_648, 0.0, False),
    ]

    theirs, mine = both(rows)

    assert_equal(theirs, mine)
    assert mine.properties[3] == {}


@pytest.mark.django_db
def test_more_values_than_fit_two_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector, "MAX_FEATURES", 20_000)
    rows = [Row(shapely.Point(i % 4_000, i // 4_000), i, f"tên {i}") for i in range(17_000)]

    theirs, mine = both(rows)

    assert mine.properties == theirs.properties


@pytest.mark.django_db
def test_a_line_of_very_many_points() -> None:
    random = np.random.default_rng(3)
    rows = [Row(shapely.LineString(random.integers(0, EXTENT, (40_000, 2))), 1)]

    mine = ours(rows)

    assert list(mine.shapes[1].coords) == list(rows[0].shape.coords)


@pytest.mark.django_db
def test_what_rounds_to_nothing_and_what_lies_outside_is_left_out() -> None:
    rows = [
        Row(square(100.1, 100.1, 0.2), 1),
        Row(shapely.LineString([(5.1, 5.1), (5.2, 5.2)]), 2),
        Row(shapely.Point(HIGH + 0.9, 0), 3),
        Row(shapely.box(100, HIGH + 0.6, 200, HIGH + 40), 4),
        Row(shapely.LineString([(LOW - 0.9, LOW - 30), (LOW - 0.9, HIGH)]), 5),
    ]

    theirs, mine = both(rows)

    assert theirs.features == mine.features == {}
    assert mine.body == b""


@pytest.mark.django_db
def test_no_rows_are_no_bytes() -> None:
    assert ours([]).body == b""


@pytest.mark.django_db
def test_equal_rows_give_equal_bytes_in_whatever_order_they_come() -> None:
    random = np.random.default_rng(4)
    rows = [
        Row(star(random, *random.uniform(0, EXTENT, 2), 200), i, f"tên {i % 9}", i % 5, i / 3, None) for i in range(99)
    ]
    mixed = [rows[i] for i in random.permutation(len(rows))]

    assert ours(rows).body == ours(mixed).body


@pytest.mark.django_db
@pytest.mark.skipif(not shutil.which("node"), reason="no node on the path")
@pytest.mark.skipif(not (FRONTEND / "node_modules/@mapbox/vector-tile").exists(), reason="no @mapbox/vector-tile")
def test_the_reader_of_the_map_reads_it(tmp_path: Path) -> None:
    rows = [Row(square(10, 20, 30), 5, "Đất ở", 3, 1.5, True), Row(shapely.Point(7, 8), 6)]
    (tmp_path / "tile.mvt").write_bytes(ours(rows).body)
    program = """
        import { VectorTile } from "@mapbox/vector-tile";
        import { PbfReader, default as Pbf } from "pbf";
        import { readFileSync } from "node:fs";
        const layer = new VectorTile(new (PbfReader ?? Pbf)(readFileSync(process.argv.at(-1)))).layers.subject;
        const features = Array.from({ length: layer.length }, (_, i) => layer.feature(i));
        console.log(JSON.stringify(features.map((f) => [f.id, f.type, f.properties, f.loadGeometry()])));
    """.replace("import { PbfReader, default as Pbf }", "import * as pbf").replace(
        "(PbfReader ?? Pbf)", "(pbf.PbfReader ?? pbf.default)"
    )

    found = subprocess.run(
        ["node", "--input-type=module", "-e", program, "--", str(tmp_path / "tile.mvt")],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        check=True,
    )

    polygon, point = json.loads(found.stdout)
    assert polygon[:3] == [5, 3, {"name": "Đất ở", "number": 3, "share": 1.5, "flag": True}]
    assert {(p["x"], p["y"]) for p in polygon[3][0]} == {(10, 20), (40, 20), (40, 50), (10, 50)}
    assert point == [6, 1, {}, [[{"x": 7, "y": 8}]]]


def drawn(shapes: list[Any]) -> Drawn:
    """Shapes in units of the tile, encoded without a database; ids are their numbers."""
    wkb = shapely.to_wkb(metres(np.array(shapes, dtype=object)), byte_order=1).tolist()
    sizes = np.array([len(one) for one in wkb], dtype=np.int64)
    west, _, _, north = TILE.mercator
    field = Field(0, np.frombuffer(b"".join(wkb), np.uint8), np.cumsum(sizes) - sizes, sizes)
    paths = Paths.read(field, Window(west, north, TILE.size_m / EXTENT, LOW, HIGH))
    return Drawn(encode_layer("subject", EXTENT, np.arange(len(shapes)), paths, []).body)


coordinates = st.tuples(st.floats(-300, 4_400), st.floats(-300, 4_400))


@st.composite
def polygons(draw: st.DrawFn) -> Any:
    """A valid polygon somewhere about the tile, perhaps with a hole, perhaps in parts."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    made = star(random, *draw(coordinates), draw(st.floats(3, 2_000)), draw(st.integers(3, 40)))
    if draw(st.booleans()):
        made = made.difference(star(random, *draw(coordinates), draw(st.floats(3, 500))))
    return made


@given(st.lists(polygons(), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_any_polygon_covers_what_it_covered(shapes: list[Any]) -> None:
    window = shapely.box(LOW, LOW, HIGH, HIGH)

    found = drawn(shapes).shapes

    for id_, shape in enumerate(shapes):
        inside = shapely.intersection(shape, window)
        got = found.get(id_, shapely.Polygon())
        # a rounded edge is off by less than 0.71 units on either side
        assert shapely.make_valid(got).symmetric_difference(inside).area <= 0.75 * (inside.length + got.length) + 1
        assert got.is_empty or got.within(window) or not got.is_valid


@given(st.lists(st.lists(coordinates, min_size=2, max_size=9), min_size=1, max_size=9))
@settings(max_examples=40, deadline=None)
def test_any_line_goes_where_it_went(lines: list[list[tuple[float, float]]]) -> None:
    shapes = [shapely.LineString(line) for line in lines]
    # along the edge, half a unit decides what is in and what is out
    inner = shapely.box(LOW + 1, LOW + 1, HIGH - 1, HIGH - 1)

    found = drawn(shapes).shapes

    for id_, shape in enumerate(shapes):
        got = found.get(id_, shapely.LineString())
        inside = shapely.intersection(shape, inner)
        assert got.within(shape.buffer(1.5)) or got.is_empty
        # a line that folds back on itself may leave GEOS's own cut outside the square: then nothing can be said
        astray = not inside.within(inner.buffer(0.1))
        assert inside.length < 2 or astray or inside.within(got.buffer(1.5))


near = st.builds(lambda whole, off: whole + off, st.integers(-300, 4_400), st.floats(-0.49, 0.49))
"""A coordinate that is not half-way between two units: metres and back would decide which it falls on."""


@given(st.lists(st.tuples(near, near), min_size=1, max_size=50))
@settings(max_examples=20, deadline=None)
def test_any_point_is_where_it_was(points: list[tuple[float, float]]) -> None:
    found = drawn([shapely.Point(point) for point in points]).shapes

    for id_, point in enumerate(np.rint(points)):
        assert (id_ in found) == bool((point >= LOW).all() and (point <= HIGH).all())
        assert id_ not in found or (found[id_].x, found[id_].y) == tuple(point)


@given(
    st.lists(st.one_of(st.none(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))),
    st.lists(st.integers(-(2**63), 2**63 - 1)),
)
def test_any_value_comes_back(texts: list[str | None], numbers: list[int]) -> None:
    length = min(len(texts), len(numbers))
    columns = [
        Column.of_texts("a", texts[:length]),
        Column.of_numbers("b", np.array(numbers[:length], dtype=np.int64)),
    ]
    paths = Paths.points(np.arange(length), np.arange(length))

    body = encode_layer("subject", EXTENT, np.arange(length), paths, columns).body

    found = Drawn(body).properties
    assert [found[i].get("a") for i in range(length)] == texts[:length]
    assert [found[i]["b"] for i in range(length)] == numbers[:length]
