"""Low zooms of layers with a rung: what is counted equals the rows, for every viewer, filter and time."""

import random
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from layers.core import counting
from layers.core.access import Access, Public
from layers.core.registry import registry
from layers.core.viewer import Viewer
from tests.tile_server.harness import Server, run
from tests.toys import factories
from tile_server.grid import tile_at

pytestmark = pytest.mark.django_db(transaction=True)
Z = 6
VISITS, PLOTS = (f"/tiles/{layer}/{tile_at(106.5, 11.5, Z)}.mvt" for layer in ("toy_visits", "toy_plots"))


@pytest.fixture
def someone(unit: Any, other_unit: Any) -> Viewer:
    """Answers for two units and for rows without one; 60 visits and 40 plots lie about, some folded, some not."""
    chance = random.Random(3)
    for number in range(60):
        owner = chance.choice([unit, other_unit, None, factories.make_unit(f"Xã {number}")])
        kind = chance.choice(["check", "repair"])
        factories.make_visit(lonlat=(106 + chance.random(), 11 + chance.random()), commune=owner, kind=kind)
        if number < 40:
            use = chance.choice(["rice", "house", "forest", None])
            place = (106 + chance.random(), 11 + chance.random())
            factories.make_plot(lonlat=place, use=use, area_m2=chance.uniform(1, 9_999))
        if number == 30:
            counting.fold()
    return factories.make_viewer("toy_watcher", units=(unit, other_unit), all_units=True)


def cells(server: Server, path: str, viewer: Viewer | None, filters: str = "") -> Any:
    async def asked() -> dict[str, Any]:
        answer = await server.get(path + (f"?filter={quote(filters)}" if filters else ""), viewer)
        layer = path.split("/")[2]
        return {f["properties"]["_cell"]: (f["properties"], f["geometry"]) for f in answer.features(layer)}

    return asked()


@pytest.mark.parametrize(
    ("path", "counted", "asked"),
    [
        (VISITS, "", "name <> 'nobody'"),
        (VISITS, "kind = 'repair'", "kind = 'repair' and name <> 'nobody'"),
        (VISITS, "kind IN ('check')", "kind = 'check' and score is null"),
        (PLOTS, "", "name <> 'nobody'"),
        (PLOTS, "use IS NULL", "use IS NULL and name <> 'nobody'"),
        (PLOTS, "use LIKE 'r%' or use = 'house'", "(use LIKE 'r%' or use = 'house') and name <> 'nobody'"),
    ],
)
def test_what_is_counted_equals_what_the_rows_give(someone: Viewer, path: str, counted: str, asked: str) -> None:
    async def both(s: Server) -> Any:
        return await cells(s, path, someone, counted), await cells(s, path, someone, asked)

    found, expected = run(both)

    assert len(found) > 3
    assert found == expected


def test_a_cell_carries_its_main_value_by_area_and_the_whole_area() -> None:
    factories.make_plot(use="rice", area_m2=900.04, lonlat=(106.1, 11.3), size=0.001)
    factories.make_plot(use="house", area_m2=400, lonlat=(106.1, 11.3), size=0.001)
    factories.make_plot(use="house", area_m2=100, lonlat=(106.1, 11.3), size=0.001)

    found = run(lambda s: cells(s, f"/tiles/toy_plots/{tile_at(106.1, 11.3, 5)}.mvt", None))

    ((properties, geometry),) = found.values()
    cell = tile_at(106.1005, 11.3005, 11)
    assert properties == {"_cell": str(cell), "_count": 3, "use": "rice", "area_m2": 1400.0}
    assert geometry["type"] == "Polygon"


def test_a_former_state_is_counted_from_the_rows() -> None:
    factories.make_plot(use="rice", valid_from="2025-01-01")
    path = f"/tiles/toy_plots/{tile_at(106.1, 11.3, 5)}.mvt"

    async def both(s: Server) -> Any:
        return await s.get(path + "?at=2024-06-01"), await s.get(path + "?at=2025-06-01")

    before, after = run(both)

    assert before.status == 204
    assert after.features("toy_plots")[0]["properties"]["_count"] == 1


def test_a_viewer_without_a_scope_sees_no_count(someone: Viewer, unit: Any) -> None:
    nobody = factories.make_viewer("toy_watcher")
    own = factories.make_viewer("toy_watcher", units=(unit,))

    async def three(s: Server) -> Any:
        return [
            sum(properties["_count"] for properties, _ in (await cells(s, VISITS, one)).values())
            for one in (nobody, own, someone)
        ]

    none, some, more = run(three)

    assert none == 0 < some < more


def test_a_change_by_plain_sql_is_in_the_next_tile_before_and_after_it_is_folded() -> None:
    path = f"/tiles/toy_plots/{tile_at(106.1, 11.3, 4)}.mvt"
    factories.make_plot(use="rice")

    async def told(s: Server) -> Any:
        first = await s.get(path)
        with connection.cursor() as cursor:
            cursor.execute("update toys_toyplot set use = 'house'")
        second = await s.get(path)
        counting.fold()
        third = await s.get(path, if_none_match=second.headers["etag"])
        s.service.cache.clear()
        fourth = await s.get(path)
        return first, second, third, fourth

    first, second, third, fourth = run(told)

    assert [one.features("toy_plots")[0]["properties"]["use"] for one in (first, second)] == ["rice", "house"]
    assert third.status == 304
    assert fourth.headers["etag"] == second.headers["etag"] != first.headers["etag"]


def test_a_rung_that_is_not_counted_is_read_from_the_rows() -> None:
    factories.make_plot(use="rice")
    with connection.cursor() as cursor:
        cursor.execute("delete from map_rung where layer = 'toy_plots'")
        cursor.execute("delete from map_cell_delta")

    found = run(lambda s: cells(s, f"/tiles/toy_plots/{tile_at(106.1, 11.3, 5)}.mvt", None))

    assert [properties["_count"] for properties, _ in found.values()] == [1]


def test_small_counts_are_left_out_with_a_sibling_that_would_give_them_away(monkeypatch: pytest.MonkeyPatch) -> None:
    plots = registry.get("toy_plots")
    monkeypatch.setattr(type(plots), "access", Access(view=Public(), rows=Public(), small_counts=3))
    cell = tile_at(106.1, 11.3, 11)
    box = cell.bbox()
    sibling_east = box.east + 0.001 if cell.x % 2 == 0 else box.west - 0.01
    for number in range(6):
        factories.make_plot(lonlat=(box.west + 0.001 * number, (box.south + box.north) / 2), size=0.0005)
        if number < 2:
            factories.make_plot(lonlat=(sibling_east, (box.south + box.north) / 2 + number / 500), size=0.0005)

    found = run(lambda s: cells(s, f"/tiles/toy_plots/{tile_at(106.1, 11.3, 5)}.mvt", None))

    assert len(found) == 2
    assert not any("_count" in properties for properties, _ in found.values())


def test_the_panel_of_a_cell_says_how_much_of_what(client: Any) -> None:
    for use, area in [("rice", 900), ("house", 400.5), ("house", 100)]:
        factories.make_plot(use=use, area_m2=area, lonlat=(106.1, 11.3), size=0.001)
    cell = tile_at(106.1005, 11.3005, 11)

    panel = client.get(f"/api/layers/toy_plots/cells/{cell}/panel?lang=en").json()

    stats = [(block["title"], block["value"]) for block in panel["blocks"] if block["type"] == "stat"]
    (table,) = [block for block in panel["blocks"] if block["type"] == "table"]
    assert stats == [("Toy plots", 3), ("Area", 1400.5)]
    assert table["rows"] == [["Rice", 1, 900.0], ["Housing", 2, 500.5]]
    assert len(next(block for block in panel["blocks"] if block["type"] == "related")["features"]) == 3


def test_the_panel_of_a_cell_obeys_the_filter_and_an_empty_cell_counts_nothing(client: Any) -> None:
    factories.make_plot(use="rice", lonlat=(106.1, 11.3), size=0.001)
    cell = tile_at(106.1005, 11.3005, 11)

    def counted(query: str, where: Any = cell) -> int:
        panel = client.get(f"/api/layers/toy_plots/cells/{where}/panel?lang=en{query}").json()
        return int(panel["blocks"][0]["value"])

    assert counted("") == counted("&filter=use%20=%20'rice'") == counted("&filter=name%20like%20'T%25'") == 1
    assert counted("&filter=use%20=%20'house'") == counted("", tile_at(100, 10, 11)) == 0
