"""What an interrupted export had made: kept beside the archive under `<name>.unfinished`, for the next try."""

import sqlite3
from pathlib import Path

from tile_server.archive.position import Changed, Position
from tile_server.grid import Tile

COMMIT_EVERY = 200
"""Tiles that a power cut may cost."""


class Unfinished:
    """Tiles made so far, also the empty ones; use as a context, which keeps them unless `remove` was called.

    Attributes:
        position: the journal's, when the first was made.
        changed: where the layer changed since; tiles there are not known.
    """

    def __init__(self, path: Path, fingerprint: str, now: Position) -> None:
        """Open what there is of the same contents, else begin anew at the position `now`."""
        self.path = path.with_name(f"{path.name}.unfinished")
        self.changed: Changed | None = None
        self._put = 0
        self._database = sqlite3.connect(self.path)
        self._database.execute("create table if not exists tile (id integer primary key, body blob not null)")
        self._database.execute("create table if not exists made (fingerprint text, snapshot text, database text)")
        found = self._database.execute("select fingerprint, snapshot, database from made").fetchone()
        if found and found[0] == fingerprint:
            self.position = Position(snapshot=found[1], database=found[2])
        else:
            self.restart(fingerprint, now)

    def __enter__(self) -> "Unfinished":
        return self

    def __exit__(self, *fault: object) -> None:
        self._database.commit()
        self._database.close()

    def restart(self, fingerprint: str, now: Position) -> None:
        """Forget every tile."""
        self.position = now
        with self._database:
            self._database.execute("delete from tile")
            self._database.execute("delete from made")
            self._database.execute("insert into made values (?, ?, ?)", [fingerprint, now.snapshot, now.database])

    def get(self, number: int, tile: Tile) -> bytes | None:
        """A tile's bytes; None where it was not made yet, or must be made anew."""
        if self.changed and self.changed.crosses(tile):
            return None
        found = self._database.execute("select body from tile where id = ?", [number]).fetchone()
        return bytes(found[0]) if found else None

    def put(self, number: int, body: bytes) -> None:
        """Keep a tile."""
        self._database.execute("insert or replace into tile values (?, ?)", [number, body])
        self._put += 1
        if self._put % COMMIT_EVERY == 0:
            self._database.commit()

    def remove(self) -> None:
        """The archive is whole."""
        self.path.unlink(missing_ok=True)
