"""What a viewer may not read does not exist: named anywhere it is a typo, and its value is in no answer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from layers.core import Layer, Viewer
from layers.core.stream import StreamLayer
from tests.conformance.roads import Roads, json_of, status_of, whole
from tests.conformance.subject import NEAR, Subject
from tests.conftest import As

TYPO = "mistyped_name"


def names_nobody_has(subject: Subject, viewer: Viewer) -> list[str]:
    """Names that exist somewhere behind the layer, but not for this viewer."""
    layer = subject.layer
    readable = set(layer.readable(viewer))
    hidden = [a.name for a in layer.attributes if a.name not in readable]
    if not isinstance(layer, Layer):
        return [*hidden, "geometry"]
    fields = layer.model._meta.concrete_fields
    paths = [f"{f.name}__{f.related_model._meta.pk.name}" for f in fields if f.related_model]
    lookups = [f"{a.name}__isnull" for a in layer.attributes[:2]] + [
        f"{a.name}__{a.name}" for a in layer.attributes[:1]
    ]
    behind = [f.name for f in fields] + [path for a in layer.attributes for path in a.paths if "__" in path]
    tried = [*hidden, "pk", "x__y", *paths, *lookups, *behind]
    return [name for name in dict.fromkeys(tried) if name not in readable and name != "geom"]


def tries(
    roads: Roads, subject: Subject, viewer: Viewer, name: str, *, every: bool = True
) -> Iterator[tuple[str, Any]]:
    """The roads on which a name can be given, with that name; the first three, or every one."""
    asked, base = As(viewer), f"/api/layers/{subject.id}"
    yield "sort", asked.get(f"{base}/features", {"sort": name})
    yield "counts by", asked.get(f"{base}/counts", {"by": name})
    yield "counts filter", asked.get(f"{base}/counts", {"filter": f"{name} = 'x'"})
    if not every:
        return
    for words in (f"{name} = 'x'", f"{name} IS NULL", f"CASEI({name}) = CASEI('x')", f"NOT ({name} LIKE 'x%')"):
        yield f"filter {words}", asked.get(f"{base}/features", {"filter": words})
    condition = f"{name} = 'x'"
    yield "one of two in a filter", asked.get(f"{base}/features", {"filter": f"1 = 1 OR {condition}"})
    for form in ("csv", "gpkg", "xlsx"):
        yield f"filter of {form}", asked.get(f"{base}/features", {"filter": condition, "format": form})
        yield f"sort of {form}", asked.get(f"{base}/features", {"sort": name, "format": form})
    yield "counts in bands", asked.get(f"{base}/counts", {"by": name, "bands": 5})
    yield "sort down", asked.get(f"{base}/features", {"sort": f"-{name}"})
    if not isinstance(subject.layer, StreamLayer):
        tile = subject.tile(NEAR, subject.layer.zoom.last)
        yield "tile", roads.tile(viewer, subject.id, tile, filter=condition)
        yield "tile, by layer", roads.tile(viewer, subject.id, tile, **{f"filter.{subject.id}": condition})
    if isinstance(subject.layer, Layer) and subject.layer.zoom.coarse is not None:
        yield "cell", asked.get(f"{base}/cells/12/3255/1922/panel", {"filter": condition})


@pytest.mark.kinds("vector", "stream", "computed")
def test_a_name_that_does_not_exist_for_the_viewer_is_a_typo(subject: Subject, roads: Roads) -> None:
    viewers = list({viewer.roles: viewer for viewer in [*subject.lookers, subject.full]}.values())
    for viewer in viewers:
        typo = dict(tries(roads, subject, viewer, TYPO))
        assert {status_of(answer) for answer in typo.values()} == {400}, {r: status_of(a) for r, a in typo.items()}
        readable, declared = subject.layer.readable(viewer), {a.name for a in subject.layer.attributes}
        for name in names_nobody_has(subject, viewer):
            every = name in declared - set(readable) or name == "x__y"  # the others by three roads: a second each else
            for (road, answer), missed in zip(
                tries(roads, subject, viewer, name, every=every), typo.values(), strict=every
            ):
                assert status_of(answer) == 400, f"{road} {name}: {status_of(answer)}"
                expected = json_of(missed)
                assert json_of(answer)["error"] == expected["error"], f"{road} {name}"
                assert str(json_of(answer)).replace(name, TYPO) == str(expected).replace(name, TYPO), f"{road} {name}"


@pytest.mark.kinds("vector", "stream")
def test_a_hidden_name_is_in_no_description(subject: Subject, roads: Roads) -> None:
    for attribute, viewer in subject.hidden:
        word = f'"{attribute.name}"'.encode()
        key = subject.key(subject.rows[NEAR])
        paths = ["", "/features", f"/features/{key}", f"/features/{key}/panel", f"/features/{key}/history"]

        answers = [whole(roads.get(viewer, f"/api/layers/{subject.id}{path}")) for path in paths]
        answers += [whole(roads.get(viewer, "/style.json")), whole(roads.get(viewer, f"/tiles/{subject.id}.json"))]
        heading = whole(roads.get(viewer, f"/api/layers/{subject.id}/features", format="csv")).splitlines()[0]

        assert [word in answer for answer in answers] == [False] * len(answers)
        assert attribute.name not in heading.decode("utf-8-sig").split(",")


@pytest.mark.kinds("vector", "stream")
def test_a_hidden_value_is_in_no_answer(subject: Subject, roads: Roads) -> None:
    row = subject.rows[NEAR]
    for attribute, viewer in subject.hidden:
        secret = str(subject.feature(row).attributes[attribute.name])
        shared = [str(v) for name, v in subject.feature(row).attributes.items() if name != attribute.name]
        assert len(secret) >= 4, "too short to be looked for"
        assert not any(secret in other for other in shared), "the row maker gave two attributes one value"

        for road, body in everything(roads, subject, viewer):
            assert secret.encode() not in body, f"{attribute.name} on {road}"
        heard = roads.heard(viewer, lambda: subject.move(row), subject.id)
        assert secret not in str(heard)


@pytest.mark.kinds("vector", "stream")
def test_a_grant_within_an_area_ends_at_its_border(subject: Subject, roads: Roads) -> None:
    row = subject.rows[NEAR]
    within = [a for a in subject.layer.attributes if a.access and a.access.within]
    stranger = replace(subject.full, units=frozenset({-1}))
    if not within or subject.owned:
        pytest.skip("no attribute granted within an area on a row that others see")

    for attribute in within:
        secret = str(subject.feature(row).attributes[attribute.name])
        (listed,) = [f for f in roads.features(subject, stranger) if f["id"] == subject.key(row)]
        by_value = roads.get(stranger, f"/api/layers/{subject.id}/counts", by=attribute.name).json()
        asked = f"{attribute.name} = '{secret}'"

        assert listed["properties"][attribute.name] is None
        assert [group["value"] for group in by_value["groups"]] == [None]
        if attribute.type == "text":
            assert roads.features(subject, stranger, filter=asked) == []
            assert roads.tile_ids(subject, stranger, subject.tile(NEAR, subject.layer.zoom.last), filter=asked) == set()
        for road, body in everything(roads, subject, stranger):
            assert secret.encode() not in body, f"{attribute.name} on {road}"


@pytest.mark.kinds("vector", "stream")
def test_a_narrower_attribute_never_enters_a_tile(subject: Subject, roads: Roads) -> None:
    narrow = {a.name for a in subject.layer.attributes if a.access is not None}
    if not narrow or isinstance(subject.layer, StreamLayer):
        pytest.skip("none is narrower than the layer")

    for zoom in subject.zooms:
        for feature in roads.tile(subject.full, subject.id, subject.tile(NEAR, zoom)).features(subject.id):
            assert narrow.isdisjoint(feature["properties"])


def everything(roads: Roads, subject: Subject, viewer: Viewer) -> Iterator[tuple[str, bytes]]:
    """Whatever answers about a row, but a correction's own text."""
    key, base = subject.key(subject.rows[NEAR]), f"/api/layers/{subject.id}"
    for path in ("/features", f"/features/{key}", "/features?format=csv", "/features?format=gpkg", "/counts"):
        yield path, whole(roads.get(viewer, base + path))
    for language in ("vi", "en"):
        yield f"panel in {language}", whole(roads.get(viewer, f"{base}/features/{key}/panel", lang=language))
    yield "history", whole(roads.get(viewer, f"{base}/features/{key}/history"))
    yield "search", whole(roads.get(viewer, "/api/search", q="Đồng Xanh", limit=50))
    if not isinstance(subject.layer, StreamLayer):
        for zoom in subject.zooms:
            answer = roads.tile(viewer, subject.id, subject.tile(NEAR, zoom))
            yield f"tile of zoom {zoom}", str(answer.tile).encode()
