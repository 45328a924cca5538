"""Who may not know of a layer or a row meets an answer as if it were not there, by every road."""

from collections.abc import Iterator
from typing import Any

import pytest

from layers.core import ANYONE, Layer, Viewer
from layers.core.stream import StreamLayer
from tests.conformance.roads import Roads, json_of, status_of, unzipped, whole
from tests.conformance.subject import BESIDE, FAR, NEAR, Subject
from tests.conftest import As

NOWHERE = "nowhere_at_all"
every_kind = pytest.mark.kinds("vector", "stream", "computed", "raster")


def roads_to(roads: Roads, subject: Subject, viewer: Viewer, layer: str) -> Iterator[tuple[str, Any]]:
    """Every address that names a layer, asked: name of the road and answer."""
    key, tile, asked = 1, subject.tile(NEAR, subject.layer.zoom.last), As(viewer)
    base = f"/api/layers/{layer}"
    for path in (
        "",
        "/features",
        "/features?format=csv",
        "/features?format=gpkg",
        "/features?format=xlsx",
        f"/features/{key}",
        "/counts",
    ):
        yield path, asked.get(base + path)
    for path in (f"/features/{key}/panel", f"/features/{key}/history", "/counts?by=name", "/features?filter=x=1"):
        yield path, asked.get(base + path)
    yield "create", asked.post(f"{base}/features", {"attributes": {}, "reason": "x"})
    yield "correct", asked.send("PATCH", f"{base}/features/{key}", {"attributes": {}, "reason": "x"}, If_Match='"1"')
    yield "remove", asked.send("DELETE", f"{base}/features/{key}", {"reason": "x"}, If_Match='"1"')
    yield "decide", asked.post(f"{base}/revisions/1/decide", {"approve": True})
    yield "act", asked.post(f"{base}/features/{key}/actions/anything", {})
    yield "look for", asked.post(f"{base}/restricted-search", {"field": "name", "value": "xx", "purpose": "thử thôi"})
    yield "ingest", asked.post(f"/api/ingest/{layer}", {})
    yield "tilejson", asked.get(f"/tiles/{layer}.json")
    yield "tile", roads.tile(viewer, layer, tile)
    yield "tile of two", roads.tile(viewer, f"sovereignty_labels,{layer}", tile)
    yield "cell", asked.get(f"{base}/cells/{tile.z}/{tile.x}/{tile.y}/panel")
    for ending in ("png", "webp", "jpg"):
        yield ending, asked.get(f"/tiles/{layer}/{tile}.{ending}")


@every_kind
def test_who_may_not_know_of_it_is_answered_as_if_it_were_not_there(subject: Subject, roads: Roads) -> None:
    for viewer in subject.outsiders:
        real, absent = (dict(roads_to(roads, subject, viewer, name)) for name in (subject.id, NOWHERE))
        for road, answer in real.items():
            assert status_of(answer) == 404, f"{road}: {status_of(answer)}"
            assert json_of(answer)["error"] == "unknown_layer", road
            same = whole_of(absent[road]).replace(NOWHERE.encode(), subject.id.encode())
            assert whole_of(answer) == same, road
        assert roads.live_status(viewer, subject.id) == roads.live_status(viewer, NOWHERE) == 404


@every_kind
def test_who_may_not_know_of_it_finds_it_in_no_list(subject: Subject, roads: Roads) -> None:
    for viewer in subject.outsiders:
        catalog = roads.get(viewer, "/api/layers").json()["layers"]
        style = whole(roads.get(viewer, "/style.json"))
        hits = roads.get(viewer, "/api/search", q="Đồng Xanh", limit=50).json()["hits"]

        assert subject.id not in {one["id"] for one in catalog}
        assert f'"{subject.id}"'.encode() not in style
        assert subject.id not in {hit["layer"] for hit in hits}


@pytest.mark.kinds("vector", "stream")
def test_who_may_not_know_of_it_hears_nothing(subject: Subject, roads: Roads) -> None:
    for viewer in subject.outsiders:
        heard = roads.heard(viewer, lambda: _touch(subject))

        assert subject.id not in {body.get("layer") for _, body in heard}


@every_kind
def test_who_may_see_it_does(subject: Subject, roads: Roads) -> None:
    for viewer in subject.lookers:
        assert subject.id in {one["id"] for one in roads.get(viewer, "/api/layers").json()["layers"]}
        assert roads.get(viewer, f"/api/layers/{subject.id}").status_code == 200
        assert roads.live_status(viewer, subject.id) == 200
        if isinstance(subject.layer, Layer):
            keys = {subject.key(row) for row in subject.rows.values()}
            assert {f["id"] for f in roads.features(subject, viewer)} == keys


@pytest.mark.kinds("vector", "stream")
def test_a_row_of_another_area_is_on_no_road(subject: Subject, roads: Roads) -> None:
    if subject.foreign is None:
        pytest.skip("every row is everyone's")
    key, viewer, base = subject.key(subject.foreign), subject.full, f"/api/layers/{subject.id}"
    asked = As(viewer)
    own = {subject.key(row) for row in subject.rows.values()}

    assert {f["id"] for f in roads.features(subject, viewer)} == own
    assert roads.get(viewer, f"{base}/features").json()["matched"] == len(own)
    assert roads.get(viewer, f"{base}/counts").json()["total"] == len(own)
    missing = [asked.get(f"{base}/features/{key}{road}") for road in ("", "/panel", "/history")]
    missing.append(asked.send("PATCH", f"{base}/features/{key}", _correction(subject), If_Match='"1"'))
    missing.append(asked.send("DELETE", f"{base}/features/{key}", {"reason": "thử"}, If_Match='"1"'))
    missing += [asked.post(f"{base}/features/{key}/actions/{action.name}", {}) for action in subject.layer.actions]
    for answer in missing:
        if answer.status_code == 403:
            assert not (subject.layer.edit and subject.layer.edit.create)  # refused before any row was looked at
        else:
            assert (answer.status_code, answer.json()["error"]) == (404, "unknown_feature")
    subject.foreign.refresh_from_db()


@pytest.mark.kinds("vector", "stream")
def test_a_row_of_another_area_is_in_no_file_search_tile_or_cell(subject: Subject, roads: Roads) -> None:
    if subject.foreign is None:
        pytest.skip("every row is everyone's")
    viewer, key, base = subject.full, subject.key(subject.foreign), f"/api/layers/{subject.id}"
    titled = subject.layer.title_attribute
    owner = subject.viewer(*subject.named_roles, user="owner", units=subject.owners_of(subject.foreign))
    words = str(subject.layer.query(owner).get(key).attributes[titled]) if subject.owned and titled else None

    listed = whole(roads.get(viewer, f"{base}/features", format="csv")).decode()
    packed = whole(roads.get(viewer, f"{base}/features", format="gpkg"))
    found = roads.get(viewer, "/api/search", q=words or "Đồng Xanh", limit=50).json()["hits"]

    assert (subject.id, key) not in {(hit["layer"], hit["id"]) for hit in found}
    if words and words not in str([subject.feature(row).attributes for row in subject.rows.values()]):
        assert words not in listed
        assert words.encode() not in packed
        assert words.encode() not in unzipped(roads.get(viewer, f"{base}/features", format="xlsx"))
    if isinstance(subject.layer, StreamLayer):
        return
    for zoom in subject.zooms:
        features = roads.tile(viewer, subject.id, subject.tile(NEAR, zoom)).features(subject.id)
        if subject.layer.zoom.is_coarse(zoom):
            assert sum(f["properties"]["_count"] for f in features) <= len(subject.rows)
        else:
            assert key not in {f["id"] for f in features}


@pytest.mark.kinds("vector", "stream")
def test_a_change_of_a_row_of_another_area_is_not_heard(subject: Subject, roads: Roads) -> None:
    if subject.foreign is None:
        pytest.skip("every row is everyone's")

    heard = roads.heard(subject.full, lambda: _touch(subject, subject.foreign), subject.id)

    assert [body for _, body in heard if body.get("layer") == subject.id] == []


@pytest.mark.kinds("vector", "stream")
def test_who_holds_no_area_sees_no_owned_row(subject: Subject, roads: Roads) -> None:
    if not subject.owned:
        pytest.skip("rows belong to nobody")
    viewer = subject.landless()

    assert roads.features(subject, viewer) == []
    assert roads.get(viewer, f"/api/layers/{subject.id}/counts").json()["total"] == 0
    if not isinstance(subject.layer, StreamLayer):
        tiles = {subject.tile(place, zoom) for place in (NEAR, BESIDE, FAR) for zoom in subject.zooms}
        kept = {roads.tile(subject.full, subject.id, tile).status for tile in tiles}
        assert kept == {200}, "nothing is kept that the other could be given"
        assert {roads.tile(viewer, subject.id, tile).status for tile in tiles} == {204}


@pytest.mark.kinds("vector", "stream")
def test_a_layer_for_everyone_is_the_same_for_the_public(subject: Subject, roads: Roads) -> None:
    if subject.outsiders or subject.owned:
        pytest.skip("not for everyone")

    answers = [roads.tile(viewer, subject.id, subject.tile(NEAR, subject.fine)) for viewer in (ANYONE, subject.full)]

    assert answers[0].body == answers[1].body
    assert answers[0].headers["cache-control"] == "public, no-cache"


def _correction(subject: Subject) -> dict[str, Any]:
    return {"attributes": {}, "reason": "thử"}


def _touch(subject: Subject, row: Any = None) -> None:
    subject.move(row or subject.rows[NEAR])


def whole_of(answer: Any) -> bytes:
    """The body, whatever kind of answer."""
    return bytes(answer.body) if hasattr(answer, "body") else whole(answer)
