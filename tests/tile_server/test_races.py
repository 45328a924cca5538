"""Moments at which a tile could be kept that is already old."""

from typing import Any

import psycopg
import pytest

from geo_ioc.asgi import _dsn
from layers.core.viewer import Viewer
from tests.tile_server.harness import Server, run
from tests.toys import factories
from tile_server.grid import tile_at

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_renamed_unit_reaches_rows_that_were_being_written_when_it_was_renamed(unit: Any, watcher: Viewer) -> None:
    path = f"/tiles/toy_visits/{tile_at(*factories.CENTRE, 12)}.mvt"

    async def asked(s: Server) -> list[str]:
        found = []
        with psycopg.connect(_dsn()) as renaming, psycopg.connect(_dsn()) as writing:
            writing.execute(
                "insert into toys_toyvisit (name, kind, commune_id, done, at, geom, place_precision,"
                " version, updated_at) values ('mới', 'check', %s, false, now(), st_setsrid(st_makepoint(%s, %s), 4326), 'exact',"
                " 1, now())",
                [unit.pk, *factories.CENTRE],
            )
            renaming.execute("update toys_toyunit set name = 'Xã Mới' where id = %s", [unit.pk])
            for transaction in (writing, renaming):
                transaction.commit()
                (feature,) = (await s.get(path, watcher)).features("toy_visits")
                found.append(feature["properties"]["commune_name"])
        return found

    assert run(asked) == [unit.name, "Xã Mới"]
