"""What a layer offers as filter narrows, and list, counts and tiles agree about what is left."""

from typing import Any

import pytest

from layers.core import ANYONE
from layers.core.attribute import Attribute
from layers.core.filter import escape_literal
from layers.core.stream import StreamLayer
from tests.conformance.roads import Roads
from tests.conformance.subject import FAR, NEAR, Subject


def having(attribute: Attribute, value: Any) -> str:
    """CQL2 that a feature with this value meets."""
    if attribute.type == "date":
        return f"{attribute.name} = DATE('{value}')"
    if attribute.type == "datetime":
        return f"{attribute.name} = TIMESTAMP('{value}')"
    return f"{attribute.name} = {escape_literal(value)}"


def filtered(subject: Subject) -> list[Attribute]:
    """Attributes that the layer offers as filters."""
    return [subject.layer.attribute(one.attribute) for one in subject.layer.filters]


def values_of(subject: Subject, roads: Roads, name: str) -> dict[int, Any]:
    """The attribute's values as a list tells them, by feature id."""
    return {f["id"]: f["properties"][name] for f in roads.features(subject, subject.full)}


@pytest.mark.kinds("vector", "stream", "computed")
def test_each_declared_filter_narrows(subject: Subject, roads: Roads) -> None:
    for attribute in filtered(subject):
        values = values_of(subject, roads, attribute.name)
        some = next(iter(values.values()))

        asked = having(attribute, some)
        found = {f["id"] for f in roads.features(subject, subject.full, filter=asked)}

        assert found == {key for key, value in values.items() if value == some}, asked
        alike = len(set(map(str, values.values()))) == 1
        assert len(found) < len(values) or alike
        assert not alike or len(attribute.options) == 1 or subject.sparse, f"{attribute.name} tells no row from another"


@pytest.mark.kinds("vector", "stream", "computed")
def test_counts_agree_with_the_list(subject: Subject, roads: Roads) -> None:
    number = len(subject.rows) or len(roads.features(subject, subject.full))
    base = f"/api/layers/{subject.id}"

    for name in subject.layer.readable(subject.full):
        counts = roads.get(subject.full, f"{base}/counts", by=name).json()
        values = list(values_of(subject, roads, name).values())

        assert counts["total"] == number
        assert sum(group["count"] for group in counts["groups"]) == number
        assert sorted(group["count"] for group in counts["groups"]) == sorted(
            values.count(value) for value in {str(v): v for v in values}.values()
        )
        assert all(group["title"]["vi"] and group["title"]["en"] for group in counts["groups"])
    assert roads.get(subject.full, f"{base}/features").json()["matched"] == number


@pytest.mark.kinds("vector", "stream", "computed")
def test_counts_list_and_tiles_agree_under_a_filter(subject: Subject, roads: Roads) -> None:
    base, zoom = f"/api/layers/{subject.id}", subject.layer.zoom.last
    for attribute in filtered(subject):
        asked = having(attribute, next(iter(values_of(subject, roads, attribute.name).values())))

        listed = roads.get(subject.full, f"{base}/features", filter=asked).json()
        counts = roads.get(subject.full, f"{base}/counts", filter=asked).json()

        found = {f["id"] for f in listed["features"]}
        assert counts["total"] == listed["matched"] == len(found)
        if subject.sparse or isinstance(subject.layer, StreamLayer):
            continue
        tiles = {subject.tile(place, zoom) for place in subject.rows}
        drawn = set().union(*(roads.tile_ids(subject, subject.full, tile, filter=asked) for tile in tiles))
        assert drawn == found, asked


@pytest.mark.kinds("vector")
def test_cells_count_what_a_filter_leaves(subject: Subject, roads: Roads) -> None:
    zoom = subject.layer.zoom
    if zoom.coarse is None or zoom.coarse == zoom.first or not subject.layer.filters:
        pytest.skip("no low zooms, or no filter")

    for attribute in filtered(subject):
        asked = having(attribute, next(iter(values_of(subject, roads, attribute.name).values())))
        tiles = {subject.tile(place, zoom.coarse - 1) for place in subject.rows}
        cells = [f for t in tiles for f in roads.tile(subject.full, subject.id, t, filter=asked).features(subject.id)]

        assert sum(cell["properties"]["_count"] for cell in cells) == len(
            roads.features(subject, subject.full, filter=asked)
        )


@pytest.mark.kinds("vector", "stream", "computed")
def test_a_box_keeps_what_lies_in_it(subject: Subject, roads: Roads) -> None:
    if subject.sparse:
        pytest.skip("features lie where the layer says")
    (lon, lat), half = FAR, 1.0

    found = roads.features(subject, subject.full, bbox=f"{lon - half},{lat - half},{lon + half},{lat + half}")

    assert {f["id"] for f in found} == {subject.key(subject.rows[FAR])}


@pytest.mark.kinds("vector", "stream", "computed")
def test_sorting_by_every_attribute_pages_through_every_feature_once(subject: Subject, roads: Roads) -> None:
    everyone = {f["id"] for f in roads.features(subject, subject.full)}

    for name in subject.layer.readable(subject.full):
        for sort in (name, f"-{name}"):
            seen: list[int] = []
            cursor = None
            while cursor is not None or not seen:
                page = roads.get(
                    subject.full, f"/api/layers/{subject.id}/features", sort=sort, limit=2, cursor=cursor
                ).json()
                seen += [f["id"] for f in page["features"]]
                cursor = page["next"]
                if cursor is None:
                    break
            assert len(seen) == len(set(seen)), sort
            assert set(seen) == everyone, sort


@pytest.mark.kinds("vector", "stream")
def test_the_features_carry_exactly_what_may_be_read(subject: Subject, roads: Roads) -> None:
    for viewer in [*subject.lookers, subject.full]:
        names = set(subject.layer.readable(viewer))
        for feature in roads.features(subject, viewer):
            assert set(feature["properties"]) == names | {"_version"}
    assert subject.layer.readable(ANYONE).keys() <= subject.layer.readable(subject.full).keys()


@pytest.mark.kinds("vector", "stream")
def test_one_feature_is_the_one_of_the_list(subject: Subject, roads: Roads) -> None:
    key = subject.key(subject.rows[NEAR])

    one = roads.get(subject.full, f"/api/layers/{subject.id}/features/{key}").json()
    (listed,) = [f for f in roads.features(subject, subject.full) if f["id"] == key]

    assert one["properties"] == listed["properties"]
    assert one["geometry"] == listed["geometry"]
