"""Whatever wrote a row: the tile over it is another, the tile far from it the same, and the live channel says so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from layers.core import Layer, registry
from layers.core.attribute import Attribute
from layers.core.watch import Topic, watches_of
from tests.conformance.given import GIVEN
from tests.conformance.roads import Roads
from tests.conformance.rows import Rows, another, known_by
from tests.conformance.subject import FAR, NEAR, Subject

TABLE = re.compile(r'(?:from|join)\s+"(\w+)"', re.IGNORECASE)


@dataclass
class Seen:
    """The tiles over `NEAR` and over `FAR`, before and after something changed."""

    near: list[str]
    far: list[str]
    heard: list[tuple[str, Any]]
    built: int

    def of(self, layer: str, event: str = "changed") -> list[Any]:
        """What was heard of a layer; `reset` says that anything may have changed."""
        anything = [{"layer": layer, "areas": None, "ids": None}] if ("reset", {}) in self.heard else []
        return [body for name, body in self.heard if name == event and body["layer"] == layer] or anything


def names(bodies: list[Any], key: int) -> bool:
    """Whether one of these changes is, or may be, about a feature."""
    return any(body["ids"] is None or key in body["ids"] for body in bodies)


def seen_around(roads: Roads, subject: Subject, statement: str, *values: Any, zoom: int | None = None) -> Seen:
    """Run a raw SQL statement between two looks at the tiles, with a connection open to the live channel."""
    zoom = subject.layer.zoom.last if zoom is None else zoom
    places = [subject.tile(place, zoom) for place in (NEAR, FAR)]
    before = [roads.tile(subject.full, subject.id, tile).headers["etag"] for tile in places]
    built = roads.server.service.built

    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount, "the statement changed nothing"

    heard = roads.heard(subject.full, change, subject.id)
    after = [roads.tile(subject.full, subject.id, tile).headers["etag"] for tile in places]
    return Seen([before[0], after[0]], [before[1], after[1]], heard, roads.server.service.built - built)


def set_column(row: Any, field: models.Field[Any, Any], value: Any) -> tuple[Any, ...]:
    """The statement that gives a row's column a value, and its parameters."""
    meta = row._meta
    return (
        f'update "{meta.db_table}" set "{field.column}" = %s where "{meta.pk.column}" = %s',
        field.get_db_prep_save(value, connection),
        row.pk,
    )


def stored(subject: Subject) -> Iterator[tuple[Attribute, Any, models.Field[Any, Any]]]:
    """Tile attributes read from a column: the attribute, the row that holds it at `NEAR`, the column's field."""
    layer = subject.layer
    for attribute in layer.tile_attributes if isinstance(layer, Layer) else ():
        given = GIVEN.get(layer.id, {})
        if not attribute.paths or attribute.paths[0] in given:
            continue
        row: Any = layer.model._default_manager.get(pk=subject.rows[NEAR].pk)
        *through, last = attribute.paths[0].split("__")
        for name in through:
            row = getattr(row, name)
        field = row._meta.pk if last == "pk" else row._meta.get_field(last)
        if not field.is_relation and not field.primary_key and field.name not in (layer.key, *layer.discriminator):
            yield attribute, row, field


@pytest.mark.kinds("vector")
def test_a_moved_row_changes_its_tile_and_no_other(subject: Subject, roads: Roads) -> None:
    row, table = subject.rows[NEAR], subject.layer.model._meta
    geometry = table.get_field(subject.layer.geometry).column
    moved = f'"{geometry}" = st_translate("{geometry}", %s, 0)'
    statement = f'update "{table.db_table}" set {moved} where "{table.pk.column}" = %s'
    zoom, shift = subject.telling, abs(subject.shift())
    subject.shift()

    seen = seen_around(roads, subject, statement, subject.shift(), row.pk, zoom=zoom)
    back = seen_around(roads, subject, statement, subject.shift(), row.pk, zoom=zoom)

    assert seen.near[0] != seen.near[1] or not subject.must_show(zoom)
    assert back.near[1] == seen.near[0]
    assert seen.far[0] == seen.far[1]
    assert seen.built == 1, "the tile far away was built again"
    assert names(seen.of(subject.id), subject.key(row))
    boxes = [box for body in seen.of(subject.id) for box in body["areas"]]
    assert any(w <= NEAR[0] + shift and e >= NEAR[0] - shift and s <= NEAR[1] <= n for w, s, e, n in boxes)
    assert not any(w <= FAR[0] <= e and s <= FAR[1] <= n for w, s, e, n in boxes)


@pytest.mark.kinds("vector")
def test_every_stored_value_that_a_tile_shows_is_watched(subject: Subject, roads: Roads) -> None:
    for attribute, row, field in stored(subject):
        old = getattr(row, field.attname)
        value = another(field, old)
        if value == old:
            continue
        seen = seen_around(roads, subject, *set_column(row, field, value))
        back = seen_around(roads, subject, *set_column(row, field, old))

        assert seen.near[0] != seen.near[1], f"{attribute.name}: the tile stayed as it was"
        assert back.near[1] == seen.near[0], attribute.name
        assert seen.far[0] == seen.far[1], attribute.name
        assert seen.of(subject.id) or seen.of(subject.id, "state"), f"{attribute.name}: nothing was heard"


@pytest.mark.kinds("vector")
def test_a_live_value_is_pushed_as_state(subject: Subject, roads: Roads) -> None:
    live = [(a, row, field) for a, row, field in stored(subject) if a.live]
    if not live:
        pytest.skip("no live values")

    for attribute, row, field in live:
        old = getattr(row, field.attname)
        value = another(field, old)
        seen = seen_around(roads, subject, *set_column(row, field, value))
        seen_around(roads, subject, *set_column(row, field, old))

        (state,) = seen.of(subject.id, "state")
        said = f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
        assert state["state"][str(subject.key(row))][attribute.name] == said
        assert seen.of(subject.id) == [], "viewers would fetch the tile again"


@pytest.mark.kinds("vector")
def test_a_new_row_and_a_deleted_row_change_the_tile(subject: Subject, roads: Roads, fresh: Rows) -> None:
    tile = subject.tile(NEAR, subject.layer.zoom.last)
    mark = len(fresh.made)
    first = roads.tile(subject.full, subject.id, tile).headers["etag"]

    row = subject.own(fresh.make(NEAR), NEAR)
    heard = roads.heard(subject.full, lambda: fresh.clean(mark), subject.id)
    last = roads.tile(subject.full, subject.id, tile).headers["etag"]
    again = subject.own(fresh.make(NEAR), NEAR)
    with_it = roads.tile_ids(subject, subject.full, tile)

    assert last == first
    assert names(Seen([], [], heard, 0).of(subject.id), subject.key(row))
    assert subject.key(again) in with_it


@pytest.mark.kinds("vector")
def test_a_row_that_leaves_the_area_leaves_the_tile_and_names_nothing(subject: Subject, roads: Roads) -> None:
    if not subject.owned:
        pytest.skip("rows belong to nobody")
    row, tile = subject.rows[NEAR], subject.tile(NEAR, subject.layer.zoom.last)

    heard = roads.heard(subject.full, lambda: subject.give(row, subject.foreign), subject.id)
    left = roads.tile_ids(subject, subject.full, tile)
    subject.give(row, row)

    assert subject.key(row) not in left
    assert [body["ids"] for name, body in heard if name == "changed"] == [[]]
    assert "state" not in {name for name, _ in heard}
    assert subject.key(row) in roads.tile_ids(subject, subject.full, tile)


@pytest.mark.kinds("vector", "computed")
def test_each_table_it_depends_on_changes_it(subject: Subject, roads: Roads, fresh: Rows) -> None:
    for one in subject.layer.depends_on:
        if one.path:
            row = fresh.related(one.model, NEAR, **{one.path: subject.rows[NEAR]})
        elif one.via:
            row = getattr(subject.rows[NEAR], one.via)
        else:
            row = one.model._default_manager.first() or fresh.related(one.model, NEAR)
        key, (known, values) = row._meta.pk_fields[0].column, known_by(row)
        seen = seen_around(
            roads, subject, f'update "{row._meta.db_table}" set "{key}" = "{key}" where {known}', *values
        )

        changes = seen.of(subject.id)
        assert changes, f"{one}: nothing was heard"
        assert seen.built == (1 if one.path or one.via else 2), one
        if one.path or one.via:
            assert names(changes, subject.key(subject.rows[NEAR]))
        else:
            assert None in [body["areas"] for body in changes], one


@pytest.mark.kinds("vector", "computed")
def test_every_table_it_reads_is_watched(subject: Subject, roads: Roads) -> None:
    layer = subject.layer
    parts = [*watches_of(layer)]
    for provider in registry.providers if getattr(layer, "from_rows", False) else ():
        parts += getattr(provider, "watches", list)()
    watched = {part.table for part in parts} if isinstance(layer, Layer) else _topics(parts, layer.id)

    for zoom in subject.zooms:
        roads.server.service.cache.clear()
        with roads.counted() as statements, CaptureQueriesContext(connection) as queries:
            if isinstance(layer, Layer):
                roads.tile(subject.full, subject.id, subject.tile(NEAR, zoom))
            else:
                list(layer.query(subject.full, zoom=zoom).shapes)
        said = [*statements, *(query["sql"] for query in queries)]
        read = {table for sql in said if "map_change" not in sql for table in TABLE.findall(sql)}
        assert read <= watched, f"read and not watched: {sorted(read - watched)}; write depends_on"


def _topics(parts: list[Any], layer_id: str) -> set[str]:
    return {part.table for part in parts if isinstance(part, Topic) and part.topic == layer_id}
