"""Tiles of every layer: they decode, hold exactly what is declared, and cost one statement."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from layers.core import Layer
from tests.conformance.roads import Roads
from tests.conformance.subject import FAR, NEAR, Subject
from tile_server.coarse import cell_values
from tile_server.vector import thinned_name

CELL = {"_cell", "_count"}


def declared_at(layer: Any, zoom: int) -> set[str]:
    """Names that features of a tile carry."""
    if layer.zoom.is_coarse(zoom):
        return CELL | set(cell_values(layer))
    return {a.name for a in layer.tile_attributes if (a.from_zoom or 0) <= zoom}


@pytest.mark.kinds("vector", "computed")
def test_tiles_decode_and_hold_exactly_the_declared_attributes(subject: Subject, roads: Roads) -> None:
    layer = subject.layer

    for zoom in subject.zooms:
        answer = roads.tile(subject.full, subject.id, subject.tile(NEAR, zoom))
        features = answer.features(subject.id)

        assert set(answer.tile) <= {subject.id}
        assert answer.status == (200 if features else 204)
        held = {name for feature in features for name in feature["properties"]}
        assert held <= declared_at(layer, zoom), f"zoom {zoom}"
        if not subject.sparse and subject.must_show(zoom):
            assert held == declared_at(layer, zoom), f"zoom {zoom}"
        assert all(feature["geometry"]["coordinates"] for feature in features), f"zoom {zoom}: {features}"


@pytest.mark.kinds("vector")
def test_single_features_carry_their_key_and_cells_their_own_place(subject: Subject, roads: Roads) -> None:
    keys = {subject.key(row) for row in subject.rows.values()}

    for zoom in subject.zooms:
        features = roads.tile(subject.full, subject.id, subject.tile(NEAR, zoom)).features(subject.id)
        if subject.layer.zoom.is_coarse(zoom):
            assert all("id" not in f or f["id"] == 0 for f in features)
            assert all(f["properties"]["_cell"].startswith(f"{zoom + 6}/") for f in features)
        else:
            assert subject.key(subject.rows[NEAR]) in {f["id"] for f in features} or not subject.must_show(zoom)
            assert {f["id"] for f in features} <= keys


@pytest.mark.kinds("vector")
def test_a_tile_takes_one_statement(subject: Subject, roads: Roads) -> None:
    roads.run(roads.server.follower.catch_up())

    for zoom in subject.zooms:
        roads.server.service.cache.clear()
        tile = subject.tile(NEAR, zoom)
        with roads.counted() as statements:
            roads.run(_asked(roads, subject, f"/tiles/{subject.id}/{tile}.mvt"))
        assert [one for one in statements if "map_change" not in one][1:] == [], f"zoom {zoom}"


async def _asked(roads: Roads, subject: Subject, path: str) -> None:
    await roads.server.get(path, subject.full)


@pytest.mark.kinds("vector", "computed")
def test_beyond_its_zooms_there_is_nothing(subject: Subject, roads: Roads) -> None:
    zoom = subject.layer.zoom
    outside = [z for z in (zoom.first - 1, zoom.last + 1) if 0 <= z <= 22]

    assert [roads.tile(subject.full, subject.id, subject.tile(NEAR, z)).status for z in outside] == [204] * len(outside)


@pytest.mark.kinds("vector", "computed")
def test_what_names_its_tiles_agrees_with_them(subject: Subject, roads: Roads) -> None:
    layer = subject.layer

    document = roads.get(subject.full, f"/tiles/{subject.id}.json").json()

    assert (document["minzoom"], document["maxzoom"]) == (layer.zoom.first, layer.zoom.last)
    named, *others = document["vector_layers"]
    assert named["id"] == subject.id
    assert [one["id"] for one in others] == ([thinned_name(layer.id)] if isinstance(layer, Layer) else [])
    assert set(named["fields"]) == {a.name for a in layer.tile_attributes}
    west, south, east, north = document["bounds"]
    if isinstance(layer, Layer):
        assert all(west <= lon <= east and south <= lat <= north for lon, lat in (NEAR, FAR))


@pytest.mark.kinds("vector", "computed")
def test_the_style_document_draws_it_from_its_own_tiles(subject: Subject, roads: Roads) -> None:
    style = roads.get(subject.full, "/style.json").json()

    drawn = [one for one in style["layers"] if one.get("source") == subject.id]

    assert {one["source-layer"] for one in drawn} == {subject.id}
    assert {one["metadata"]["layer"] for one in drawn} == {subject.id}
    assert style["sources"][subject.id]["tiles"]


@pytest.mark.kinds("vector")
def test_low_zooms_count_every_visible_row(subject: Subject, roads: Roads) -> None:
    zoom = subject.layer.zoom
    if zoom.coarse is None or zoom.coarse == zoom.first:
        pytest.skip("no low zooms")

    tiles = {subject.tile(place, zoom.coarse - 1) for place in subject.rows}
    cells = [f for tile in tiles for f in roads.tile(subject.full, subject.id, tile).features(subject.id)]

    assert sum(cell["properties"]["_count"] for cell in cells) == len(subject.rows)
    for cell in cells:
        path = f"/api/layers/{subject.id}/cells/{cell['properties']['_cell']}/panel"
        (number, *_) = roads.get(subject.full, path).json()["blocks"]
        assert number["value"] == cell["properties"]["_count"]


@pytest.mark.kinds("stream")
def test_a_stream_has_no_tiles(subject: Subject, roads: Roads) -> None:
    answer = roads.tile(subject.full, subject.id, subject.tile(NEAR, subject.layer.zoom.last))

    assert answer.status == 404
    assert roads.get(subject.full, f"/tiles/{subject.id}.json").status_code == 404


@pytest.mark.kinds("raster")
@pytest.mark.parametrize("ending", ["png", "webp", "jpg"])
def test_a_picture_is_where_it_lies(subject: Subject, roads: Roads, ending: str) -> None:
    tile = subject.tile(NEAR, 9)

    answer = roads.get(subject.full, f"/tiles/{subject.id}/{tile}.{ending}")
    nothing = roads.get(subject.full, f"/tiles/{subject.id}/{subject.tile(FAR, 9)}.{ending}")

    with Image.open(BytesIO(answer.content)) as picture:
        pixels = np.asarray(picture.convert("RGB")).transpose(2, 0, 1)
    red, blue = (np.argwhere((pixels[band] > 200) & (pixels[2 - band] < 50))[:, 1] for band in (0, 2))
    assert len(red)
    assert len(blue)
    assert red.max() <= blue.min() + 2
    assert nothing.status_code == 204


@pytest.mark.kinds("raster")
def test_pictures_exist_only_at_their_zooms(subject: Subject, roads: Roads) -> None:
    zoom = subject.layer.zoom

    statuses = [
        roads.get(subject.full, f"/tiles/{subject.id}/{subject.tile(NEAR, z)}.png").status_code
        for z in (zoom.first - 1, zoom.first, zoom.last, zoom.last + 1)
    ]

    assert statuses == [204, 200, 200, 204]
