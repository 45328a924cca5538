"""Datasets as layers: made, filled, filtered, searched, corrected, journalled, removed."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import connection

from layers.core import ANYONE, Attribute, ImportRow, Option, Public, Roles, Text, Viewer, registry, role
from layers.core import edit as correction
from layers.core.checks import check_database
from layers.core.errors import Invalid, UnknownLayer
from layers.core.filter import parse_filter
from layers.core.layer import Layer
from layers.datasets import partition
from layers.datasets.models import Dataset
from layers.datasets.provider import DatasetProvider

pytestmark = pytest.mark.django_db

STEWARD = Viewer(user="steward", roles=frozenset({"steward"}))
SCHEMA = [
    Attribute("code", Text(vi="Mã", en="Code"), type="text"),
    Attribute("name", Text(vi="Tên", en="Name"), type="text"),
    Attribute("beds", Text(vi="Số giường", en="Beds"), type="integer"),
    Attribute(
        "kind",
        Text(vi="Loại", en="Kind"),
        type="text",
        choices=[Option("Công", Text.same("Công")), Option("Tư", Text.same("Tư"))],
    ),
    Attribute("opened", Text(vi="Ngày mở", en="Opened"), type="date"),
]


def make(name: str = "clinics_2026", access: Any = None, **more: Any) -> Layer:
    layer = DatasetProvider().create(
        name,
        Text(vi="Phòng khám", en="Clinics"),
        SCHEMA,
        access or Roles(role("steward"), role("admin")),
        **{"key": "code", "geometry": "point", **more},
    )
    found = registry.get(layer.id)
    assert isinstance(found, Layer)
    return found


def row(number: int, **values: Any) -> ImportRow:
    given = {"code": f"C{number}", "name": f"Trạm y tế Tân Châu {number}", "beds": number, "kind": "Công"}
    return ImportRow(
        number=number, values={**given, **values}, shape=shapely.Point(106 + number / 1000, 11 + number / 1000)
    )


def store(layer: Layer, *rows: ImportRow) -> tuple[int, int, int]:
    assert layer.importer is not None
    outcome = layer.importer.store_batch(rows)
    assert outcome.problems == []
    return (outcome.created, outcome.updated, outcome.unchanged)


def test_a_dataset_is_a_layer_as_soon_as_it_is_made() -> None:
    layer = make()

    assert layer.id == f"d-{Dataset.objects.get().pk}"
    assert layer in registry.all()
    assert layer.geometry_kind == "point"
    assert [f.attribute for f in layer.filters] == ["kind", "beds"]


def test_it_is_hidden_from_all_but_the_named_roles() -> None:
    layer = make()

    assert layer.query(STEWARD).count() == 0
    with pytest.raises(UnknownLayer):
        layer.query(ANYONE)
    assert make("open_data", Public()).query(ANYONE).count() == 0


def test_a_repeated_row_changes_nothing_and_a_changed_one_is_updated_in_place() -> None:
    layer = make()

    assert store(layer, row(1), row(2)) == (2, 0, 0)
    assert store(layer, row(1), row(2)) == (0, 0, 2)
    assert store(layer, row(1, beds=99), row(3)) == (1, 1, 0)

    assert layer.query(STEWARD).count() == 3
    first = next(f for f in layer.query(STEWARD).all(10) if f.attributes["code"] == "C1")
    assert (first.attributes["beds"], first.version) == (99, 2)


def test_columns_a_later_file_lacks_keep_their_values() -> None:
    layer = make()
    store(layer, row(1, opened="2020-05-04"))

    store(layer, ImportRow(number=1, values={"code": "C1", "beds": 7}, shape=shapely.Point(106.001, 11.001)))

    (found,) = layer.query(STEWARD).all(10)
    assert (found.attributes["beds"], str(found.attributes["opened"])) == (7, "2020-05-04")


def test_without_a_key_a_row_is_identified_by_its_content_even_after_a_correction() -> None:
    layer = make(key=None)
    store(layer, row(1), row(2))
    feature = next(iter(layer.query(STEWARD).all(1)))
    correction.correct(layer, STEWARD, feature.id, {"name": "Tên mới"}, version=feature.version, reason="sai tên")
    registry.changed("@datasets")

    again = [
        ImportRow(number=n, values={k: v for k, v in f.attributes.items() if v is not None}, shape=f.shape)
        for n, f in enumerate(layer.query(STEWARD).all(10), 1)
    ]

    assert store(layer, *again) == (0, 0, 2)


def test_filters_sort_counts_and_accent_free_search_read_the_properties() -> None:
    layer = make()
    store(layer, *(row(n, kind="Tư" if n % 3 == 0 else "Công") for n in range(1, 10)))

    found = layer.query(STEWARD, filters=parse_filter("beds >= 5 and kind = 'Công'"))
    page, _ = layer.query(STEWARD).page(3, sort="-beds")
    hits = layer.query(STEWARD).search("tram y te tan chau 4", 5)

    assert sorted(f.attributes["beds"] for f in found.all(10)) == [5, 7, 8]
    assert [f.attributes["beds"] for f in page] == [9, 8, 7]
    assert layer.query(STEWARD).counts("kind") == [("Công", 6), ("Tư", 3)]
    assert hits[0].feature.attributes["code"] == "C4"


def test_a_correction_is_typed_recorded_and_never_empties_the_key() -> None:
    layer = make()
    store(layer, row(1))
    (feature,) = layer.query(STEWARD).all(1)

    record = correction.correct(layer, STEWARD, feature.id, {"beds": "12"}, version=1, reason="đếm lại")
    with pytest.raises(Invalid) as refused:
        correction.correct(layer, STEWARD, feature.id, {"beds": "nhiều", "code": ""}, version=2, reason="thử")

    assert layer.query(STEWARD).get(feature.id).attributes["beds"] == 12
    assert (record.before["beds"], record.after["beds"]) == (1, 12)
    assert set(refused.value.fields) == {"beds", "code"}


def test_an_outline_is_corrected_and_one_that_crosses_itself_is_refused_with_the_place() -> None:
    layer = make(geometry="polygon")
    store(layer, dataclasses.replace(row(1), shape=shapely.box(106.1, 11.3, 106.2, 11.4)))
    (feature,) = layer.query(STEWARD).all(1)
    outline = [[106.1, 11.3], [106.2, 11.3], [106.25, 11.45], [106.1, 11.4], [106.1, 11.3]]

    def sent(ring: list[list[float]]) -> dict[str, Any]:
        return {"geom": {"type": "Polygon", "coordinates": [ring]}}

    crossed = [outline[0], outline[2], outline[1], outline[3], outline[0]]
    with pytest.raises(Invalid) as refused:
        correction.correct(layer, STEWARD, feature.id, sent(crossed), version=1, reason="thử")
    record = correction.correct(layer, STEWARD, feature.id, sent(outline), version=1, reason="đo lại ranh")

    assert "tự cắt tại 11.3" in refused.value.fields["geom"].vi
    assert "crosses itself at 11.3" in refused.value.fields["geom"].en
    assert layer.query(STEWARD).get(feature.id).shape.equals(shapely.Polygon(outline))
    assert record.before["geom"]["coordinates"] != record.after["geom"]["coordinates"]


def test_the_journal_names_the_dataset_and_the_place() -> None:
    one, other = make(), make("another")
    with connection.cursor() as cursor:
        cursor.execute("delete from map_change")

    store(one, row(1))

    with connection.cursor() as cursor:
        cursor.execute("select layer, west, south, rows from map_change")
        assert cursor.fetchall() == [(one.id, 106.001, 11.001, 1)]
    assert other.id != one.id


def test_a_changed_declaration_is_announced_to_other_processes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from map_change")

    make()

    with connection.cursor() as cursor:
        cursor.execute("select distinct layer from map_change")
        assert cursor.fetchall() == [("@datasets",)]


def test_every_partition_carries_the_triggers() -> None:
    layer = make()

    faults = [fault for fault in check_database() if "datasets" in fault]

    assert faults == []
    assert layer.query(STEWARD).count() == 0


def test_a_later_file_adds_attributes_widens_numbers_and_keeps_what_is_there() -> None:
    layer = make()
    store(layer, row(1))

    more = [
        Attribute("beds", Text.same("Beds"), type="number"),
        Attribute("phone", Text.same("Điện thoại"), type="text"),
    ]
    DatasetProvider().create("clinics_2026", layer.title, [*SCHEMA[:2], *more], layer.access.view, geometry="polygon")

    again = registry.get(layer.id)
    types = {a.name: a.type for a in again.attributes}
    assert (types["beds"], types["phone"], types["kind"]) == ("number", "text", "text")
    assert again.geometry_kind == "mixed"


def test_the_declared_filters_have_their_expression_indexes() -> None:
    layer = make()
    store(layer, *(row(n) for n in range(1, 200)))
    layer.importer.finish()

    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("set local enable_bitmapscan = on")
        plans = [_plan(cursor, layer.query(STEWARD, filters=parse_filter("beds = 5")))]

    assert "_beds_i" in plans[0]


def _plan(cursor: Any, features: Any) -> str:
    sql, params = features.queryset().query.sql_with_params()
    cursor.execute("explain " + sql, params)
    return "\n".join(line for (line,) in cursor.fetchall())


def test_a_removed_dataset_is_gone_with_its_partition(capsys: pytest.CaptureFixture[str]) -> None:
    layer = make()
    store(layer, row(1))
    table = partition.name_of(Dataset.objects.get().pk)

    call_command("drop_dataset", layer.id, "--yes")
    registry.changed("@datasets")

    with pytest.raises(UnknownLayer):
        registry.get(layer.id)
    assert table not in connection.introspection.table_names()
    assert layer.id in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("drop_dataset", layer.id, "--yes")


def test_a_steward_corrects_a_feature_over_the_api(ask: Callable[[Viewer], Any]) -> None:
    layer = make()
    store(layer, row(1))
    (feature,) = layer.query(STEWARD).all(1)
    address = f"/api/layers/{layer.id}/features/{feature.id}"

    body = {"attributes": {"beds": 31}, "reason": "đếm lại"}
    answer = ask(STEWARD).send("PATCH", address, body, If_Match=f'"{feature.version}"')
    panel = ask(STEWARD).get(f"{address}/panel").json()

    assert answer.status_code == 200, answer.content
    assert layer.query(STEWARD).get(feature.id).attributes["beds"] == 31
    assert panel["title"] == "Trạm y tế Tân Châu 1"
    assert panel["blocks"][0]["rows"] == [
        ["Mã", "C1"],
        ["Tên", "Trạm y tế Tân Châu 1"],
        ["Số giường", 31],
        ["Loại", "Công"],
    ]


def test_many_datasets_cost_one_query_and_unchanged_ones_are_not_made_again(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    rows = [
        Dataset(name=f"d{n}", title_vi=f"Bộ {n}", title_en=f"Set {n}", is_public=True, color="#0B5FA5")
        for n in range(300)
    ]
    Dataset.objects.bulk_create(rows)
    provider = DatasetProvider()

    with django_assert_num_queries(1):
        first = provider.layers()
    Dataset.objects.filter(name="d7").update(version=2)
    second = provider.layers()

    assert len(first) == 300
    assert sum(a is b for a, b in zip(first, second, strict=True)) == 299
