"""What the database itself writes into the journal, whoever writes the rows and however."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from layers.core import Access, Attribute, Circle, Layer, Public, Style, Text, Zoom, journal
from layers.core.install import sync_database
from layers.core.models import Sighting
from layers.core.watch import Watch
from tests.toys import factories
from tests.toys.models import ToyPlot, ToyVisit
from tests.toys.provider import TOYS
from tests.toys.temporary import temporarily

pytestmark = pytest.mark.django_db
WEST, EAST = (106.1, 11.3), (108.1, 14.3)
Entry = dict[str, Any]


@pytest.fixture
def since() -> Callable[[], list[Entry]]:
    """`since()` gives what was written since the last call."""

    def written() -> list[Entry]:
        with connection.cursor() as cursor:
            cursor.execute("delete from map_change where layer not like '@%' returning *")
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    written()
    return written


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def of(layer: str, entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry["layer"] == layer]


def boxes(entries: list[Entry]) -> set[tuple[float, float]]:
    return {(entry["west"], entry["south"]) for entry in entries}


def test_an_insert_names_the_row_its_box_and_its_new_scopes(since: Any, unit: Any) -> None:
    visit = factories.make_visit(lonlat=WEST, commune=unit)

    (entry,) = of("toy_visits", since())

    assert (entry["ids"], entry["old_scopes"], entry["new_scopes"]) == ([visit.pk], None, [f"unit:{unit.pk}"])
    assert (entry["west"], entry["south"], entry["east"], entry["north"]) == (*WEST, *WEST)
    assert not entry["live_only"]


def test_the_layers_key_is_named_and_not_the_rows_own(since: Any) -> None:
    plot = factories.make_plot(plot=777)

    (entry,) = of("toy_plots", since())

    assert entry["ids"] == [777]
    assert entry["new_scopes"] == ["public"]
    assert plot.pk != 777


def test_a_moved_row_dirties_where_it_was_and_where_it_is_and_nothing_between(since: Any, unit: Any) -> None:
    visit = factories.make_visit(lonlat=WEST, commune=unit)
    since()

    run("update toys_toyvisit set geom = %s where id = %s", Point(*EAST, srid=4326).hexewkb.decode(), visit.pk)

    entries = of("toy_visits", since())
    assert boxes(entries) == {WEST, EAST}
    assert all(entry["east"] - entry["west"] == 0 for entry in entries)


def test_a_delete_names_the_old_scopes(since: Any, unit: Any) -> None:
    visit = factories.make_visit(lonlat=WEST, commune=unit)
    since()

    run("delete from toys_toyvisit where id = %s", visit.pk)

    (entry,) = of("toy_visits", since())
    assert (entry["old_scopes"], entry["new_scopes"]) == ([f"unit:{unit.pk}"], None)


def test_a_row_that_changes_its_owner_carries_both_scopes(since: Any, unit: Any, other_unit: Any) -> None:
    visit = factories.make_visit(commune=unit)
    since()

    run("update toys_toyvisit set commune_id = %s where id = %s", other_unit.pk, visit.pk)

    (entry,) = of("toy_visits", since())
    assert (entry["old_scopes"], entry["new_scopes"]) == ([f"unit:{unit.pk}"], [f"unit:{other_unit.pk}"])
    assert not entry["live_only"]


def test_a_row_without_an_owner_carries_the_scope_of_the_unassigned(since: Any) -> None:
    factories.make_visit(commune=None)

    (entry,) = of("toy_visits", since())

    assert entry["new_scopes"] == ["unit:none"]


def test_only_live_columns_changed_is_said(since: Any, unit: Any) -> None:
    visit = factories.make_visit(commune=unit, score=1)
    since()

    run("update toys_toyvisit set score = 9 where id = %s", visit.pk)
    (live,) = of("toy_visits", since())
    run("update toys_toyvisit set score = 3, name = 'mới' where id = %s", visit.pk)
    (more,) = of("toy_visits", since())

    assert (live["live_only"], more["live_only"]) == (True, False)


@pytest.mark.parametrize(
    "change", ["phone = '0905123456'", "name = name", "score = score", "place_precision = 'commune'"]
)
def test_what_no_viewers_map_shows_writes_nothing(since: Any, unit: Any, change: str) -> None:
    factories.make_visit(commune=unit, score=1)
    since()

    run(f"update toys_toyvisit set {change}")

    assert of("toy_visits", since()) == []


def test_a_truncate_touches_the_whole_layer(since: Any) -> None:
    factories.make_plot()
    since()

    run("set constraints all immediate")
    run("truncate toys_toyplot")

    (entry,) = of("toy_plots", since())
    assert (entry["ids"], entry["west"], entry["old_scopes"]) == (None, None, None)


def test_a_truncate_of_a_table_of_several_layers_touches_each_of_them(since: Any) -> None:
    layers = {f"toy_set_{factories.make_dataset(slug).pk}" for slug in ("one", "two")}
    since()

    run("set constraints all immediate")
    run("truncate toys_toydatasetfeature")

    assert {entry["layer"] for entry in since()} == layers


def test_copy_is_seen(since: Any, unit: Any) -> None:
    text = "".join(
        f"exact\t1\t2026-01-01\tLượt {n}\tcheck\t{unit.pk}\tf\t2026-01-01\tSRID=4326;POINT({106 + n} 11)\n"
        for n in range(3)
    )
    columns = "place_precision, version, updated_at, name, kind, commune_id, done, at, geom"
    with connection.cursor() as cursor, cursor.copy(f"copy toys_toyvisit ({columns}) from stdin") as copy:
        copy.write(StringIO(text).read())

    assert boxes(of("toy_visits", since())) == {(106.0, 11.0), (107.0, 11.0), (108.0, 11.0)}


def test_insert_on_conflict_is_seen_as_what_it_did(since: Any) -> None:
    factories.make_unit(code="same")
    plot = factories.make_plot("cũ")
    since()

    run(
        "insert into toys_toyplot (id, plot, name, valid_from, recorded_from, is_current, geom, place_precision,"
        " version, updated_at) select id, plot, 'mới', valid_from, recorded_from, is_current, geom, place_precision,"
        " version, updated_at from toys_toyplot where id = %s on conflict (id) do update set name = excluded.name",
        plot.pk,
    )

    (entry,) = of("toy_plots", since())
    assert (entry["ids"], entry["old_scopes"], entry["new_scopes"]) == ([plot.plot], ["public"], ["public"])


def test_a_rolled_back_change_is_not_there(since: Any) -> None:
    with transaction.atomic():
        factories.make_plot()
        transaction.set_rollback(True)

    assert of("toy_plots", since()) == []


def test_up_to_64_rows_have_a_box_each_and_more_are_gathered_by_cell(since: Any, unit: Any) -> None:
    def visits(number: int) -> list[ToyVisit]:
        # a hundredth of the gathering cell apart, so that all lie in one
        places = [Point(106.0 + n * 0.0001, 11.0, srid=4326) for n in range(number)]
        return [ToyVisit(name=str(n), commune=unit, geom=place) for n, place in enumerate(places)]

    ToyVisit.objects.bulk_create(visits(64))
    single = of("toy_visits", since())
    ToyVisit.objects.bulk_create(visits(65))
    gathered = of("toy_visits", since())

    assert len(single) == 64
    assert len(gathered) == 1
    assert gathered[0]["rows"] == 65
    assert gathered[0]["ids"] is None
    assert (gathered[0]["west"], gathered[0]["east"]) == pytest.approx((106.0, 106.0064))


def test_a_changed_row_of_another_table_touches_the_rows_that_show_it(since: Any, unit: Any, other_unit: Any) -> None:
    shown = factories.make_visit(lonlat=WEST, commune=unit)
    plot = factories.make_plot(lonlat=WEST, commune=unit)
    factories.make_visit(lonlat=EAST, commune=other_unit)
    since()

    run("update toys_toyunit set name = 'Xã Mới' where id = %s", unit.pk)

    entries = since()
    assert {tuple(entry["ids"]) for entry in of("toy_visits", entries)} == {(shown.pk,)}
    assert {tuple(entry["ids"]) for entry in of("toy_plots", entries)} == {(plot.plot,)}
    assert boxes(of("toy_visits", entries)) == {WEST}
    assert of("toy_visits", entries)[0]["new_scopes"] == [f"unit:{unit.pk}"]


def test_a_column_nobody_shows_of_another_table_touches_no_plot(since: Any, unit: Any) -> None:
    factories.make_plot(commune=unit)
    since()

    run("update toys_toyunit set code = 'other' where id = %s", unit.pk)

    assert of("toy_plots", since()) == []


def test_a_layer_from_rows_is_journalled_under_its_own_id(since: Any) -> None:
    dataset = factories.make_dataset(rows=2)

    entries = since()

    assert {entry["layer"] for entry in entries} == {f"toy_set_{dataset.pk}"}


def test_a_stream_is_touched_by_its_own_sightings_alone(since: Any) -> None:
    seen = {"feature_id": 7, "geom": Point(*WEST, srid=4326), "at": timezone.now(), "expires_at": timezone.now()}
    Sighting.objects.create(layer="another_stream", **seen)
    others = of("toy_moving", since())

    Sighting.objects.create(layer="toy_moving", **seen)

    assert others == []
    assert [entry["ids"] for entry in of("toy_moving", since())] == [[7]]


class OpenVisits(Layer):
    """Visits that are not done: chosen by a column that nobody is shown."""

    id = "toy_open_visits"
    title = Text(vi="Lượt chưa xong", en="Open visits")
    group = TOYS
    model = ToyVisit
    zoom = Zoom(0, 16)
    attributes = [Attribute("name", Text(vi="Tên", en="Name"))]
    styles = [Style("plain", Text(vi="Một màu", en="Plain"), [Circle(color="#0B5FA5")])]
    access = Access(view=Public(), rows=Public())

    def rows(self) -> QuerySet[ToyVisit]:
        return super().rows().filter(Q(done=False) & ~Q(kind="repair"))


@pytest.mark.parametrize("change", ["done = true", "kind = 'repair'"])
def test_a_column_that_chooses_the_rows_is_watched(since: Any, change: str) -> None:
    with temporarily(OpenVisits):
        sync_database()
        visit = factories.make_visit()
        since()

        run(f"update toys_toyvisit set {change} where id = %s", visit.pk)

        assert [entry["ids"] for entry in of("toy_open_visits", since())] == [[visit.pk]]


def test_touch_speaks_of_the_whole_layer(since: Any) -> None:
    journal.touch("toy_plots")

    (entry,) = since()
    assert (entry["layer"], entry["west"], entry["ids"]) == ("toy_plots", None, None)


@pytest.fixture
def parted() -> str:
    """A table in two parts, watched."""
    run("create table parted (id bigint, place int, name text, geom geometry(Point, 4326)) partition by list (place)")
    run("create table parted_1 partition of parted for values in (1)")
    run("create table parted_2 partition of parted for values in (2)")
    journal.sync([Watch(table="parted", layer="'parted'", key="id", geometry="geom", columns=("name", "place"))])
    return "parted"


def test_a_statement_that_names_a_partition_is_seen(parted: str, since: Any) -> None:
    run("insert into parted_1 values (7, 1, 'một', 'SRID=4326;POINT(106 11)')")

    (entry,) = of(parted, since())
    assert entry["ids"] == [7]


def test_a_row_that_moves_between_partitions_is_seen(parted: str, since: Any) -> None:
    run("insert into parted values (7, 1, 'một', 'SRID=4326;POINT(106 11)')")
    since()

    run("update parted set place = 2 where id = 7")

    assert [entry["ids"] for entry in of(parted, since())] == [[7]] * len(of(parted, since()) or [1])


def test_a_partition_added_later_is_watched_too(parted: str, since: Any) -> None:
    run("create table parted_3 partition of parted for values in (3)")
    journal.extend("parted", "parted_3")

    run("insert into parted_3 values (9, 3, 'ba', 'SRID=4326;POINT(106 11)')")

    assert [entry["ids"] for entry in of(parted, since())] == [[9]]


def test_installing_again_changes_nothing(since: Any) -> None:
    first, again = sync_database(), sync_database()

    assert first == again
    assert {"toys_toyplot", "toys_toyvisit", "toys_toyunit"} <= journal.installed()
    ToyPlot.objects.all().delete()
