"""Moments at which a tile could be kept that is already old."""

import asyncio
import contextlib
from typing import Any

import psycopg
import pytest

from geo_ioc.asgi import _refuse
from layers.changes.follower import Entry, Follower
from layers.core.viewer import ANYONE, Viewer
from tests.tile_server.harness import Server, ask, run
from tests.toys import factories
from tests.toys.models import ToyDataset, ToyPlot
from tile_server.grid import tile_at
from tile_server.http import TileApp
from tile_server.pool import dsn
from tile_server.service import TileService

pytestmark = pytest.mark.django_db(transaction=True)


INSERT_VISIT = (
    "insert into toys_toyvisit (name, kind, commune_id, done, at, geom, place_precision, version, updated_at) values"
    " ('mới', 'check', %s, false, now(), st_setsrid(st_makepoint(%s, %s), 4326), 'exact', 1, now())"
)


def test_a_renamed_unit_reaches_rows_that_were_being_written_when_it_was_renamed(unit: Any, watcher: Viewer) -> None:
    path = f"/tiles/toy_visits/{tile_at(*factories.CENTRE, 12)}.mvt"

    async def asked(s: Server) -> list[str]:
        found = []
        with psycopg.connect(dsn()) as renaming, psycopg.connect(dsn()) as writing:
            writing.execute(INSERT_VISIT, [unit.pk, *factories.CENTRE])
            renaming.execute("update toys_toyunit set name = 'Xã Mới' where id = %s", [unit.pk])
            for transaction in (writing, renaming):
                transaction.commit()
                (feature,) = (await s.get(path, watcher)).features("toy_visits")
                found.append(feature["properties"]["commune_name"])
        return found

    assert run(asked) == [unit.name, "Xã Mới"]


def test_a_tile_made_before_the_journal_was_first_read_is_not_kept() -> None:
    plot = factories.make_plot("cũ")
    path = f"/tiles/toy_plots/{tile_at(*factories.CENTRE, 12)}.mvt"

    async def public(_: Any) -> Viewer:
        return ANYONE

    async def asked(s: Server) -> list[str]:
        follower = Follower(dsn())
        service = TileService(s.service.pool, follower)
        follower.forget.append(service.forget)
        app = TileApp(service, follower, public, _refuse)
        before = await ask(app, path)
        ToyPlot.objects.filter(pk=plot.pk).update(name="mới")
        await follower.catch_up()
        after = await ask(app, path)
        if follower._connection:
            await follower._connection.close()
        return [answer.features("toy_plots")[0]["properties"]["name"] for answer in (before, after)]

    assert run(asked) == ["cũ", "mới"]


def test_the_journal_is_read_on_after_a_listener_failed() -> None:
    async def listened(s: Server) -> tuple[int, int]:
        told: list[str] = []

        def fails(entries: Any, position: str) -> None:
            told.append(position)
            raise RuntimeError("a listener that cannot")

        def hears(entries: list[Entry], position: str) -> None:
            heard.extend(entries)

        heard: list[Entry] = []
        s.follower.announce += [fails, hears]
        reading = asyncio.create_task(s.follower.run())
        for number in range(2):
            factories.make_plot(f"{number}")
            for _ in range(200):
                await asyncio.sleep(0.05)
                if len(heard) > number:
                    break
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        return len(told), len(heard)

    assert run(listened) == (2, 2)


def test_a_dataset_declared_anew_is_drawn_anew() -> None:
    dataset = factories.make_dataset(rows=1)
    path = f"/tiles/toy_set_{dataset.pk}/{tile_at(*factories.CENTRE, 12)}.mvt"

    async def asked(s: Server) -> list[set[str]]:
        before = await s.get(path)
        ToyDataset.objects.filter(pk=dataset.pk).update(schema=[["name", "Tên", "Name", "text"]])
        after = await s.get(path)
        return [set(answer.features(f"toy_set_{dataset.pk}")[0]["properties"]) for answer in (before, after)]

    assert run(asked) == [{"name", "amount"}, {"name"}]
