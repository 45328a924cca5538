"""Archives of the toys: the served tiles byte for byte, refused where not public, refreshed where something changed."""

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pmtiles.reader import MemorySource, Reader, all_tiles

from layers.changes.follower import Snapshot
from layers.core import journal
from layers.core.registry import registry
from tests.tile_server.harness import Server, run
from tests.toys import factories
from tile_server.archive import keeping
from tile_server.archive.keeping import Kept, known, refresh, refresh_all
from tile_server.archive.making import workshop
from tile_server.archive.plan import Plan, contents
from tile_server.archive.pyramid import tile_id
from tile_server.grid import Tile, tile_at

pytestmark = pytest.mark.django_db(transaction=True)
FAR = (107.9, 12.9)


@pytest.fixture(autouse=True)
def _own_var(settings: Any, tmp_path: Path) -> None:
    settings.GEO_IOC_VAR = tmp_path / "var"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "plots.pmtiles"


def export(layer: str, out: Path, **options: Any) -> None:
    """The command, quiet."""
    call_command("export_tiles", layer, str(out), stdout=io.StringIO(), **options)


def tiles(path: Path) -> dict[str, bytes]:
    """Every tile of an archive by `z/x/y`."""
    return {f"{z}/{x}/{y}": body for (z, x, y), body in all_tiles(MemorySource(path.read_bytes()))}


def served(layer: str, addresses: Iterator[str] | list[str]) -> dict[str, bytes]:
    """The same tiles as the server gives them to everyone; empty ones are left out."""

    async def ask(s: Server) -> dict[str, bytes]:
        found = {where: await s.get(f"/tiles/{layer}/{where}.mvt") for where in addresses}
        return {where: answer.body for where, answer in found.items() if answer.status == 200}

    return run(ask)


def covering(box: tuple[float, float, float, float], zooms: range) -> list[str]:
    """Every tile address around a box."""
    west, south, east, north = box
    addresses = []
    for z in zooms:
        one, other = tile_at(west, north, z), tile_at(east, south, z)
        columns, rows = range(max(0, one.x - 1), other.x + 2), range(max(0, one.y - 1), other.y + 2)
        addresses += [f"{z}/{x}/{y}" for x in columns for y in rows if x < 1 << z and y < 1 << z]
    return addresses


def refreshed(kept: Kept) -> tuple[str, int]:
    """How a refresh fared, and how many tiles it built."""

    async def work() -> tuple[str, int]:
        async with workshop() as shop:
            return await refresh(shop, kept), shop.service.built

    return asyncio.run(work())


def only() -> Kept:
    (kept,) = known()
    return kept


def test_an_archive_holds_every_tile_the_server_has_byte_for_byte(out: Path) -> None:
    factories.make_plot("Một")
    factories.make_plot("Hai", lonlat=(106.13, 11.32), size=0.00005)

    export("toy_plots", out, max_zoom=15)

    assert tiles(out) == served("toy_plots", covering((106.1, 11.3, 106.14, 11.33), range(4, 16)))


def test_what_is_too_small_for_a_low_zoom_is_found_further_down(out: Path) -> None:
    factories.make_plot(size=0.00001)

    export("toy_plots", out, max_zoom=18)

    found = tiles(out)
    assert found == served("toy_plots", covering((106.1, 11.3, 106.10001, 11.30001), range(4, 19)))
    assert str(tile_at(106.100005, 11.300005, 18)) in found
    assert str(tile_at(106.100005, 11.300005, 7)) not in found


def test_a_deep_first_zoom_is_reached_past_empty_ground(out: Path) -> None:
    factories.make_plot(size=0.001)
    factories.make_plot(lonlat=FAR, size=0.001)

    export("toy_plots", out, min_zoom=16, max_zoom=16)

    near = covering((106.1, 11.3, 106.101, 11.301), range(16, 17))
    far = covering((*FAR, FAR[0] + 0.001, FAR[1] + 0.001), range(16, 17))
    assert tiles(out) == served("toy_plots", near + far)


def test_the_archive_says_what_it_is(out: Path, settings: Any) -> None:
    settings.GEO_IOC_DEMO = True
    factories.make_plot()

    export("toy_plots", out, min_zoom=6, max_zoom=12, lang="en")

    reader = Reader(MemorySource(out.read_bytes()))
    header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"], header["clustered"]) == (6, 12, True)
    assert (header["min_lon_e7"], header["max_lat_e7"]) == (1_061_000_000, 113_100_000)
    assert (metadata["name"], metadata["attribution"], metadata["demo"]) == ("Toy plots", "© toys · Demo data", True)
    assert metadata["bounds"] == pytest.approx([106.1, 11.3, 106.11, 11.31])
    (layer,) = metadata["vector_layers"]
    assert (layer["id"], layer["minzoom"], layer["maxzoom"]) == ("toy_plots", 6, 12)
    assert layer["fields"]["area_m2"] == "Area (m²)"
    assert Snapshot.parse(metadata["snapshot"]).xmax > 0
    assert metadata["generated_at"].startswith("20")


def test_gdal_reads_the_archive(out: Path) -> None:
    if "PMTiles" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no PMTiles driver")
    factories.make_plot("Thửa Ao")

    export("toy_plots", out, max_zoom=14)

    assert list(pyogrio.list_layers(out)[:, 0]) == ["toy_plots"]
    assert set(pyogrio.read_dataframe(out)["name"]) == {"Thửa Ao"}  # one a tile it is cut into


def test_a_box_or_a_commune_keeps_the_tiles_that_cross_it(out: Path, settings: Any) -> None:
    settings.PACK_AREAS = ("toy_plots", "name")
    factories.make_plot("Một")
    factories.make_plot("Hai", lonlat=FAR)
    lone = served("toy_plots", covering((106.1, 11.3, 106.11, 11.31), range(12, 15)))

    export("toy_plots", out, bbox="106.1,11.3,106.11,11.31", min_zoom=12, max_zoom=14)
    by_box = tiles(out)
    export("toy_plots", out, commune="Một", min_zoom=12, max_zoom=14)

    assert by_box == tiles(out) == lone


def test_a_layer_without_anything_makes_an_archive_of_nothing(out: Path) -> None:
    export("toy_plots", out)

    (body,) = tiles(out).values()
    assert len(body) < 30
    assert Reader(MemorySource(out.read_bytes())).metadata()["vector_layers"][0]["id"] == "toy_plots"


@pytest.mark.parametrize(
    ("layer", "options", "says"),
    [
        ("toy_visits", {}, "không công khai"),
        ("toy_moving", {}, "không công khai"),
        ("nowhere", {}, "Không có lớp"),
        ("toy_plots", {"min_zoom": 2}, "Mức phóng 2-18"),
        ("toy_plots", {"min_zoom": 9, "max_zoom": 8}, "Mức phóng 9-8"),
        ("toy_plots", {"bbox": "1,2,3"}, "bbox"),
        ("toy_plots", {"commune": "x"}, "Hiện không có xã"),
        ("toy_plots", {"commune": "x", "bbox": "1,2,3,4"}, "Chọn một"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_both_languages(
    out: Path, layer: str, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(CommandError, match=says) as fault:
        export(layer, out, **options)

    assert " / " in str(fault.value)
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["missing/plots.pmtiles", "plots.mbtiles"])
def test_a_file_that_cannot_be_written_is_refused(out: Path, name: str) -> None:
    factories.make_plot()

    with pytest.raises(CommandError, match=" / "):
        export("toy_plots", out.parent / name, max_zoom=5)

    assert list(out.parent.iterdir()) == []


class _Interrupted(Exception):
    """A power cut."""


def _fail_at(monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    from tile_server.service import TileService

    whole = TileService.tile
    asked = []

    async def tile(self: Any, request: Any, gone: Any = None) -> Any:
        asked.append(request.tile)
        if len(asked) == nth:
            raise _Interrupted
        return await whole(self, request, gone)

    monkeypatch.setattr(TileService, "tile", tile)


def test_nothing_is_left_of_an_export_that_failed_and_the_old_file_stays(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_plot()
    export("toy_plots", out, max_zoom=10)
    before = out.read_bytes()
    _fail_at(monkeypatch, 9)

    with pytest.raises(_Interrupted):
        export("toy_plots", out, max_zoom=14)

    assert list(out.parent.iterdir()) == [out]
    assert out.read_bytes() == before


def test_an_interrupted_export_goes_on_where_it_stopped_and_sees_what_changed_meanwhile(
    out: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    factories.make_plot("Một")
    factories.make_plot("Hai", lonlat=FAR)
    with monkeypatch.context() as patch:
        _fail_at(patch, 30)
        with pytest.raises(_Interrupted):
            export("toy_plots", out, max_zoom=14, resume=True)
    assert not out.exists()
    factories.make_plot("Ba", lonlat=(106.104, 11.304), size=0.001)
    asked: list[Tile] = []
    from tile_server.service import TileService

    whole = TileService.tile

    async def tile(self: Any, request: Any, gone: Any = None) -> Any:
        asked.append(request.tile)
        return await whole(self, request, gone)

    monkeypatch.setattr(TileService, "tile", tile)
    export("toy_plots", out, max_zoom=14, resume=True)
    resumed, built = tiles(out), len(asked)
    export("toy_plots", out, max_zoom=14)

    assert resumed == tiles(out)
    assert 0 < built < len(asked) - built
    assert list(out.parent.iterdir()) == [out]


def test_a_refresh_builds_exactly_the_tiles_a_change_crosses(out: Path) -> None:
    plot = factories.make_plot("Một")
    factories.make_plot("Hai", lonlat=FAR)
    export("toy_plots", out, max_zoom=14, keep_fresh=True)
    old = tiles(out)
    assert refreshed(only()) == ("unchanged", 0)
    with connection.cursor() as cursor:
        cursor.execute("update toys_toyplot set use = 'house' where id = %s", [plot.pk])

    how, built = refreshed(only())

    new = tiles(out)
    crossed = [where for where in old if Tile(*map(int, where.split("/"))).drawn.crosses(_box(plot))]
    assert how == "refreshed"
    assert {where for where in old if old[where] != new[where]} == set(crossed)
    assert new == served("toy_plots", list(old))
    # besides them only neighbours are tried whose buffer the plot touches without being drawn there
    assert len(crossed) <= built <= len(crossed) + 4
    assert refreshed(only()) == ("unchanged", 0)


def _box(plot: Any) -> Any:
    from layers.core.geo import Bbox

    return Bbox(*plot.geom.extent)


def test_rows_that_come_and_go_change_which_tiles_there_are(out: Path) -> None:
    plot = factories.make_plot("Một")
    factories.make_plot("Hai", lonlat=FAR)
    export("toy_plots", out, max_zoom=12, keep_fresh=True)
    plot.delete()
    factories.make_plot("Ba", lonlat=(105.2, 10.4))

    assert refreshed(only())[0] == "refreshed"

    kept = tiles(out)
    export("toy_plots", out, max_zoom=12)
    assert kept == tiles(out)
    assert list(kept) == sorted(kept, key=lambda where: tile_id(Tile(*map(int, where.split("/")))))


def test_a_change_the_journal_forgot_makes_the_archive_whole_again(out: Path) -> None:
    from datetime import timedelta

    plot = factories.make_plot("Một")
    export("toy_plots", out, max_zoom=10, keep_fresh=True)
    plot.name = "mới"
    plot.save()
    journal.prune(timedelta(0))

    assert refreshed(only())[0] == "made"
    assert tiles(out) == served("toy_plots", list(tiles(out)))


def test_another_database_makes_the_archive_whole_again(out: Path) -> None:
    factories.make_plot("Một")
    export("toy_plots", out, max_zoom=8, keep_fresh=True)
    with connection.cursor() as cursor:
        cursor.execute("update map_journal set database = gen_random_uuid()")

    assert refreshed(only())[0] == "made"
    assert refreshed(only())[0] == "unchanged"


def test_a_position_is_renewed_before_the_journal_forgets_it(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_plot("Một")
    export("toy_plots", out, max_zoom=8, keep_fresh=True)
    before = only().position
    factories.make_visit("khác")
    monkeypatch.setattr(keeping, "ADVANCE_AFTER_S", -1)

    assert refreshed(only()) == ("unchanged", 0)
    assert only().position != before


def test_an_archive_whose_file_or_layer_is_gone_is_kept_no_longer(out: Path) -> None:
    dataset = factories.make_dataset()
    registry.changed("@toys")
    export(f"toy_set_{dataset.pk}", out, max_zoom=6, keep_fresh=True)
    dataset.roles = ["toy_keeper"]
    dataset.save()
    registry.changed("@toys")

    assert refreshed(only())[0] == "forgotten"
    assert list(known()) == []


def test_a_round_goes_on_past_an_archive_that_fails_and_stops_in_time(out: Path) -> None:
    plot = factories.make_plot("Một")
    export("toy_plots", out, max_zoom=6, keep_fresh=True)
    broken = out.with_name("broken.pmtiles")
    export("toy_plots", broken, max_zoom=6, keep_fresh=True)
    (keeping.folder() / "other.json").write_text("{")
    broken.unlink()
    broken.mkdir()
    plot.name = "mới"
    plot.save()

    async def round_of(budget_s: float) -> dict[str, int]:
        async with workshop() as shop:
            return await refresh_all(shop, budget_s)

    assert asyncio.run(round_of(-1)) == {"postponed": 2}
    assert asyncio.run(round_of(60)) == {"refreshed": 1, "failed": 1}


def test_a_low_zoom_of_cells_is_walked_past_cells_counted_elsewhere(out: Path) -> None:
    dataset = factories.make_dataset(rows=5)
    registry.changed("@toys")
    layer = f"toy_set_{dataset.pk}"

    export(layer, out, max_zoom=12)

    assert tiles(out) == served(layer, covering((106.1, 11.3, 106.14, 11.3), range(13)))


def test_contents_know_a_changed_declaration() -> None:
    one = contents(Plan(layer="toy_plots")).fingerprint

    assert one == contents(Plan(layer="toy_plots")).fingerprint
    assert one != contents(Plan(layer="toy_plots", language="en")).fingerprint
