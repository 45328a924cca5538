"""Where an archive stands in the change journal, and what changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
import shapely

from layers.changes.follower import Entry, Follower
from layers.core.geo import Bbox
from tile_server.grid import Tile

_NOW = """
select pg_current_snapshot()::text, (select database::text from map_journal where one) || '-' ||
       (select system_identifier from pg_control_system())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A snapshot of one database; of another, as after a restore, it says nothing."""

    snapshot: str
    database: str


class Changed:
    """The ground on which a layer changed."""

    def __init__(self, boxes: Iterable[Bbox | None]) -> None:
        """Take the boxes; None is everywhere."""
        known = list(boxes)
        self.everywhere = None in known
        self._tree = shapely.STRtree([shapely.box(*box) for box in set(known) if box is not None])

    def __bool__(self) -> bool:
        return self.everywhere or len(self._tree) > 0

    def crosses(self, tile: Tile) -> bool:
        """Whether a change may show in the tile."""
        return self.everywhere or len(self._tree.query(shapely.box(*tile.drawn))) > 0


async def position(connection: "psycopg.AsyncConnection[Any]") -> Position:
    """Where the journal is now: whatever is read after this call has seen all of it."""
    row = await (await connection.execute(_NOW)).fetchone()
    assert row is not None
    return Position(snapshot=row[0], database=row[1])


async def changes(follower: Follower, layer: str, then: Position, now: Position) -> list[Entry] | None:
    """What of the layer changed since, perhaps with what changed after `now`; None where the journal forgot it."""
    if then.database != now.database:
        return None
    entries = await follower.since(then.snapshot)
    return None if entries is None else [entry for entry in entries if entry.layer == layer]
