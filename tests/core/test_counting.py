"""Cells that the database counts: true after every kind of change, before and after they are added up."""

import random
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from layers.core import Rung, counting, registry
from layers.core.checks import rungs
from layers.core.geo import HALF_WORLD_M
from layers.core.install import keep_cells
from layers.core.layer import Layer
from tests.toys import factories
from tests.toys.models import ToyPlot, ToyVisit

pytestmark = pytest.mark.django_db

Counts = dict[tuple[Any, ...], tuple[int, ...]]


def sql(text: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def counted(layer: str, z: int) -> Counts:
    """What the cells of the tiles of zoom `z` count, deltas included, by cell, scope and values."""
    last = {one.layer: one.last for one in rungs()}[layer]
    rows = sql(
        'select x, y, scope, "by", sum(count), sum(east_cm), sum(north_cm), sum(sum1) from ('
        ' select tile_x * 64 + cx as x, tile_y * 64 + cy as y, scope, "by", count, east_cm, north_cm, sum1'
        "   from map_cell where layer = %s and z = %s"
        ' union all select x >> %s, y >> %s, scope, "by", count, east_cm, north_cm, sum1'
        '   from map_cell_delta where layer = %s) c group by x, y, scope, "by" having sum(count) <> 0',
        *(layer, z, last - z, last - z, layer),
    )
    return {(x, y, scope, tuple(values)): tuple(int(n) for n in numbers) for x, y, scope, values, *numbers in rows}


def truth(layer: str, z: int) -> Counts:
    """The same, counted from the rows alone."""
    one = next(one for one in rungs() if one.layer == layer)
    by, area = ("use", "area_m2") if layer == "toy_plots" else ("kind", "0")
    point = "st_pointonsurface(g)" if layer == "toy_plots" else "g"
    scope = "'public'" if layer == "toy_plots" else "'unit:' || coalesce(commune_id::text, 'none')"
    where = "is_current" if layer == "toy_plots" else "true"
    size = 2 * HALF_WORLD_M / (1 << (z + 6))
    rows = sql(
        f"select floor((st_x(p) + {HALF_WORLD_M}) / {size})::int, floor(({HALF_WORLD_M} - st_y(p)) / {size})::int,"
        f" {scope}, {by}, count(*), sum(round(st_x(p) * 100)), sum(round(st_y(p) * 100)),"
        f" sum(round(coalesce({area}, 0)::numeric * 100))"
        f" from (select *, st_transform(geom, 3857) as g from {one.table}) r, lateral (select {point} as p) q"
        f" where {where} group by 1, 2, 3, 4"
    )
    return {(x, y, scope, (value,)): tuple(int(n) for n in numbers) for x, y, scope, value, *numbers in rows}


def assert_true() -> None:
    for layer, zooms in {"toy_plots": (4, 6), "toy_visits": (0, 5, 7)}.items():
        for z in zooms:
            assert counted(layer, z) == truth(layer, z), (layer, z)


@pytest.fixture
def units() -> list[Any]:
    """Two units and none."""
    return [factories.make_unit("Xã Một"), factories.make_unit("Xã Hai"), None]


def _somewhere(chance: random.Random) -> tuple[float, float]:
    return (106 + chance.random(), 11 + chance.random())


def test_after_random_changes_of_every_kind_the_cells_count_what_the_rows_say(units: list[Any]) -> None:
    chance = random.Random(7)

    for step in range(120):
        kind = chance.choice(["plot", "visit", "move", "delete", "many", "undo", "fold", "retire"])
        if kind == "plot":
            factories.make_plot(use=chance.choice(["rice", "house", None]), lonlat=_somewhere(chance))
        elif kind == "visit":
            factories.make_visit(lonlat=_somewhere(chance), commune=chance.choice(units))
        elif kind == "move":
            sql("update toys_toyvisit set geom = st_translate(geom, 0.2, 0.1), kind = 'repair' where id %% 3 = 0")
        elif kind == "delete":
            sql("delete from toys_toyvisit where id %% 7 = %s", step % 7)
        elif kind == "many":
            rows = [ToyVisit(name="x", geom=Point(*_somewhere(chance), srid=4326)) for _ in range(150)]
            ToyVisit.objects.bulk_create(rows)
            sql("update toys_toyvisit set commune_id = %s where id %% 5 = 1", units[0].pk)
        elif kind == "undo":
            with transaction.atomic():
                factories.make_visit(lonlat=_somewhere(chance), commune=units[1])
                sql("update toys_toyplot set area_m2 = area_m2 + 0.37")
                transaction.set_rollback(True)
        elif kind == "retire":
            sql("update toys_toyplot set is_current = not is_current, area_m2 = area_m2 * 1.1 where id %% 2 = 0")
        else:
            counting.fold()
        if step % 10 == 0:
            assert_true()

    assert_true()
    assert counting.fold() >= 0
    assert sql("select count(*) from map_cell_delta") == [(0,)]
    assert sql("select count(*) from map_cell where count = 0") == [(0,)]
    assert list(counting.faults(rungs())) == []
    assert_true()


def test_a_change_of_what_is_not_counted_adds_nothing(units: list[Any]) -> None:
    factories.make_visit(commune=units[0])
    counting.fold()

    sql("update toys_toyvisit set phone = '0900000000', score = 9")

    assert sql("select count(*) from map_cell_delta") == [(0,)]


def test_of_a_truncated_table_nothing_is_counted_and_counting_goes_on(units: list[Any]) -> None:
    factories.make_visit(commune=units[0])
    counting.fold()
    factories.make_visit(commune=units[0])
    sql("set constraints all immediate")  # foreign keys waiting to be checked would refuse it

    sql("truncate toys_toyvisit cascade")

    assert counted("toy_visits", 5) == {}
    factories.make_visit(commune=units[1])
    assert_true()
    assert list(counting.faults(rungs())) == []


def test_a_rung_declared_otherwise_is_counted_anew_and_one_no_longer_declared_is_dropped(
    units: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_visit(commune=units[0], kind="repair")
    keep_cells()
    visits = registry.get("toy_visits")
    assert isinstance(visits, Layer)

    monkeypatch.setattr(type(visits), "rung", Rung(by=("name",)))
    keep_cells()
    assert {tuple(values) for (values,) in sql("select \"by\" from map_cell where layer = 'toy_visits'")} == {
        ("Lượt 1",)
    }
    monkeypatch.setattr(type(visits), "rung", None)
    keep_cells()

    assert sql("select count(*) from map_cell where layer = 'toy_visits'") == [(0,)]


def test_check_data_finds_cells_that_lie(units: list[Any]) -> None:
    factories.make_visit(commune=units[0])
    keep_cells()
    assert list(counting.faults(rungs())) == []

    sql("update map_cell set count = count + 1 where layer = 'toy_visits'")

    counts, packs = counting.faults(rungs())
    assert "toy_visits count 2 of 1 rows" in counts
    assert "toy_visits are packed otherwise" in packs
    assert "--recount" in counts
    assert "--recount" in packs
    keep_cells(anew=True)
    assert list(counting.faults(rungs())) == []
    assert ToyPlot.objects.count() == 0
