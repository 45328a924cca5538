"""What can be read of a layer: titles in both languages, a legend, a panel that is what the schema says."""

from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from layers.core import Layer, Text
from layers.core.panel import panel_schema
from tests.conformance.roads import Roads
from tests.conformance.subject import NEAR, Subject

every_kind = pytest.mark.kinds("vector", "stream", "computed", "raster")


@cache
def _panels() -> Any:
    return jsonschema_rs.Draft202012Validator(panel_schema())


@every_kind
def test_every_title_is_there_in_both_languages(subject: Subject) -> None:
    layer = subject.layer
    options = [option.title for a in layer.attributes for option in a.options]
    parts = [*layer.attributes, *layer.styles, *layer.actions, *layer.metrics]

    titles = [layer.title, layer.group.title, *(part.title for part in parts), *options]

    assert all(isinstance(title, Text) and title.vi.strip() and title.en.strip() for title in titles)


@every_kind
def test_every_style_has_a_legend(subject: Subject) -> None:
    layer = subject.layer

    for style in layer.styles:
        entries = layer.legend(style)
        assert entries, style.name
        assert all(entry.color.startswith("#") and entry.title.vi and entry.title.en for entry in entries)


@every_kind
def test_the_catalog_describes_it(subject: Subject, roads: Roads) -> None:
    layer = subject.layer

    listed = {one["id"]: one for one in roads.get(subject.full, "/api/layers").json()["layers"]}

    assert listed[layer.id]["kind"] == layer.kind
    assert listed[layer.id]["title"] == layer.title.json()
    assert {one["name"] for one in listed[layer.id]["attributes"]} == set(layer.readable(subject.full))
    assert all(listed[layer.id]["legend"][style.name] for style in layer.styles)


@pytest.mark.kinds("vector", "stream", "computed")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_panel_is_what_the_schema_says(subject: Subject, roads: Roads, language: str) -> None:
    key = subject.some_key()

    answer = roads.get(subject.full, f"/api/layers/{subject.id}/features/{key}/panel", lang=language)

    assert answer.status_code == 200, answer.content
    body = answer.json()
    faults = [f"{fault.instance_path}: {fault.message}" for fault in _panels().iter_errors(body)]
    assert faults == []
    assert (body["layer"], body["id"]) == (subject.id, key)
    assert body["blocks"] or not subject.layer.attributes


@pytest.mark.kinds("vector", "stream", "computed")
def test_the_panel_of_everyone_who_sees_the_layer_is_made(subject: Subject, roads: Roads) -> None:
    key = subject.some_key()

    answers = [roads.get(viewer, f"/api/layers/{subject.id}/features/{key}/panel") for viewer in subject.lookers]

    assert [answer.status_code for answer in answers] == [200] * len(answers)


def test_the_row_maker_fills_every_attribute(subject: Subject) -> None:
    if not isinstance(subject.layer, Layer):
        pytest.skip("no rows")

    empty = [name for name, value in subject.feature(subject.rows[NEAR]).attributes.items() if value is None]

    assert empty == [], "values that no test of filters, search and access could see"
