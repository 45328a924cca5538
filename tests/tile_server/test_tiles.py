"""Tiles of the toys: what they hold, for whom, and what is refused."""

from typing import Any

import pytest
from django.db import connection

from layers.core.viewer import Viewer
from tests.tile_server.harness import Server, run
from tests.toys import factories
from tile_server.grid import tile_at

pytestmark = pytest.mark.django_db(transaction=True)


def tile(z: int, lonlat: tuple[float, float] = factories.CENTRE) -> str:
    """`z/x/y` of the tile over a point."""
    return str(tile_at(*lonlat, z))


def test_a_tile_holds_exactly_the_declared_attributes_and_integer_ids() -> None:
    plot = factories.make_plot(name="Thửa Ao", commune=factories.make_unit("Xã Tân Châu"))

    found = run(lambda s: s.get(f"/tiles/toy_plots/{tile(14)}.mvt"))

    (feature,) = found.features("toy_plots")
    assert found.status == 200
    assert feature["id"] == plot.plot
    assert feature["properties"] == {
        "number": plot.plot,
        "name": "Thửa Ao",
        "use": "rice",
        "area_m2": 100.0,
        "commune_name": "Xã Tân Châu",
        "valid_from": "2025-01-01",
    }


def test_an_attribute_with_a_first_zoom_stays_out_of_lower_tiles() -> None:
    factories.make_plot()

    found = run(lambda s: s.get(f"/tiles/toy_plots/{tile(9)}.mvt"))

    assert "area_m2" not in found.features("toy_plots")[0]["properties"]


def test_an_empty_tile_and_a_zoom_outside_the_layer_answer_204() -> None:
    async def both(s: Server) -> list[int]:
        return [(await s.get(f"/tiles/toy_plots/{where}.mvt")).status for where in ("10/0/0", "2/1/1")]

    assert run(both) == [204, 204]


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        ("/tiles/toy_plots/3/9/0.mvt", 400, "bad_tile"),
        ("/tiles/toy_plots/99/0/0.mvt", 400, "bad_tile"),
        ("/tiles/toy_plots/a/0/0.mvt", 400, "bad_tile"),
        ("/tiles/nowhere/3/0/0.mvt", 404, "unknown_layer"),
        ("/tiles/toy_visits/3/0/0.mvt", 404, "unknown_layer"),
        ("/tiles/toy_plots,toy_visits/3/0/0.mvt", 404, "unknown_layer"),
        ("/tiles/toy_plots/5/0/0.mvt?filter=use%20=", 400, "bad_filter"),
        ("/tiles/toy_plots/5/0/0.mvt?filter=commune__name='x'", 400, "unknown_attribute"),
        ("/tiles/toy_plots/5/0/0.mvt?filter=name>5", 400, "bad_filter"),
        ("/tiles/toy_plots/5/0/0.mvt?at=yesterday", 400, "bad_time"),
        ("/tiles/toy_plots/5/0/0.mvt?bbox=1,2,3,4", 400, "unknown_parameter"),
        ("/tiles/toy_plots/5/0/0.mvt?s=0123", 404, "unknown_layer"),
    ],
)
def test_what_is_wrong_is_named(path: str, status: int, slug: str) -> None:
    found = run(lambda s: s.get(path))

    assert found.status == status
    assert f'"error": "{slug}"'.encode() in found.body.replace(b'":"', b'": "')
    assert found.headers["content-type"] == "application/json"


def test_a_filter_keeps_what_it_says() -> None:
    factories.make_plot(name="Ea H'Leo", use="rice")
    factories.make_plot(name="Khác", use="house")

    found = run(lambda s: s.get(f"/tiles/toy_plots/{tile(12)}.mvt?filter=name%20LIKE%20'Ea%20H''Leo%25'"))

    assert [f["properties"]["name"] for f in found.features("toy_plots")] == ["Ea H'Leo"]


def test_a_row_of_another_unit_is_in_no_tile(unit: Any, other_unit: Any, watcher: Viewer) -> None:
    factories.make_visit("của tôi", commune=unit)
    factories.make_visit("của người khác", commune=other_unit)
    factories.make_visit("không của ai", commune=None)

    found = run(lambda s: s.get(f"/tiles/toy_visits/{tile(12)}.mvt", watcher))

    assert [f["properties"]["name"] for f in found.features("toy_visits")] == ["của tôi"]
    assert found.headers["cache-control"] == "private, no-cache"


def test_a_restricted_attribute_never_enters_a_tile_nor_helps_a_filter_of_those_who_may_not(
    unit: Any, keeper: Viewer, watcher: Viewer
) -> None:
    factories.make_visit(commune=unit, phone="0905123456")
    path = f"/tiles/toy_visits/{tile(12)}.mvt"

    async def asked(s: Server) -> tuple[Any, Any, Any]:
        return (
            await s.get(path, keeper),
            await s.get(path + "?filter=phone='0905123456'", keeper),
            await s.get(path + "?filter=phone='0905123456'", watcher),
        )

    plain, by_keeper, by_watcher = run(asked)

    assert "phone" not in plain.features("toy_visits")[0]["properties"]
    assert len(by_keeper.features("toy_visits")) == 1
    assert "phone" not in by_keeper.features("toy_visits")[0]["properties"]
    assert by_watcher.status == 400


def test_viewers_of_different_scopes_never_share_a_cached_tile(unit: Any, other_unit: Any) -> None:
    one = factories.make_viewer("toy_watcher", units=(unit,))
    two = factories.make_viewer("toy_watcher", units=(other_unit,))
    factories.make_visit("một", commune=unit)
    factories.make_visit("hai", commune=other_unit)
    path = f"/tiles/toy_visits/{tile(12)}.mvt"

    async def asked(s: Server) -> list[Any]:
        return [await s.get(path, viewer) for viewer in (one, two, one)]

    names = [[f["properties"]["name"] for f in a.features("toy_visits")] for a in run(asked)]

    assert names == [["một"], ["hai"], ["một"]]


def test_low_zooms_count_every_row_once(unit: Any, watcher: Viewer) -> None:
    for number in range(40):
        factories.make_visit(f"{number}", (106.0 + number * 0.037, 11.0 + number * 0.029), commune=unit)

    async def asked(s: Server) -> int:
        total = 0
        for x in range(101, 104):
            for y in range(59, 61):
                found = await s.get(f"/tiles/toy_visits/7/{x}/{y}.mvt", watcher)
                total += sum(f["properties"]["_count"] for f in found.features("toy_visits"))
                assert all("_cell" in f["properties"] for f in found.features("toy_visits"))
        return total

    assert run(asked) == 40


def test_a_revalidation_of_an_unchanged_tile_answers_304_without_a_build() -> None:
    factories.make_plot()
    path = f"/tiles/toy_plots/{tile(12)}.mvt"

    async def asked(s: Server) -> tuple[int, int]:
        first = await s.get(path)
        built = s.service.built
        again = await s.get(path, if_none_match=first.headers["etag"])
        return again.status, s.service.built - built

    assert run(asked) == (304, 0)


def test_raw_sql_changes_the_tile_it_touches_and_no_other() -> None:
    plot = factories.make_plot(lonlat=(106.1, 11.3))
    factories.make_plot(lonlat=(107.9, 12.9))
    near, far = f"/tiles/toy_plots/{tile(13)}.mvt", f"/tiles/toy_plots/{tile(13, (107.905, 12.905))}.mvt"

    async def asked(s: Server) -> tuple[list[str], list[str], int]:
        before = [(await s.get(path)).headers["etag"] for path in (near, far)]
        built = s.service.built

        def change() -> None:
            with connection.cursor() as cursor:
                cursor.execute("update toys_toyplot set name = 'mới' where plot = %s", [plot.plot])

        change()
        after = [(await s.get(path)).headers["etag"] for path in (near, far)]
        return before, after, s.service.built - built

    before, after, built = run(asked)

    assert before[0] != after[0]
    assert before[1] == after[1]
    assert built == 1


def test_the_past_shows_what_held_then() -> None:
    from datetime import date

    factories.make_plot(name="cũ", plot=900, valid_from=date(2020, 1, 1), valid_to=date(2025, 7, 1), is_current=False)
    factories.make_plot(name="mới", plot=900, valid_from=date(2025, 7, 1))
    path = f"/tiles/toy_plots/{tile(12)}.mvt"

    async def asked(s: Server) -> list[str]:
        paths = (path, path + "?at=2025-06-30", path + "?at=2025-07-01")
        return [(await s.get(one)).features("toy_plots")[0]["properties"]["name"] for one in paths]

    assert run(asked) == ["mới", "cũ", "mới"]
