"""The folder into which stations' text files are put, by FTP, SFTP or a mount: each is read, stored, moved away.

A file is moved to `taken/<day>/` once its readings are stored, to `refused/<day>/` where it is no station's file; both
lie in the folder itself. Storing twice changes nothing, so a stop between the two costs a second reading. What is still
being written is left until it rests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from django.db import transaction

from layers.core.time import LOCAL
from layers.sensors.ingest.station_file import MAX_BYTES, Measured, UnreadableFile, read, station_of
from layers.sensors.storage import Arrival, Reason, refuse, store

log = structlog.get_logger(__name__)

RESTS_S: Final = 10
"""A file is whole when it was not written to for so long."""
ONE_TURN: Final = 500
"""Most files of one look at the folder."""
TAKEN, REFUSED = "taken", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one look at the folder brought: files stored and refused."""

    taken: int
    refused: int


def take(folder: Path, now: datetime) -> Turn:
    """Store the files that lie in the folder and rest, oldest name first, each station's in order.

    Raises:
        OSError: the folder cannot be read or written.
    """
    taken = refused = 0
    for path in _resting(folder, now):
        if _take_file(path, now):
            taken += 1
            _move(path, folder / TAKEN, now)
        else:
            refused += 1
            _move(path, folder / REFUSED, now)
    return Turn(taken=taken, refused=refused)


def _resting(folder: Path, now: datetime) -> list[Path]:
    still = (now - timedelta(seconds=RESTS_S)).timestamp()
    found = sorted(_files(folder), key=lambda path: path.name)
    return [path for path in found[:ONE_TURN] if path.stat().st_mtime <= still]


def _files(folder: Path) -> Iterator[Path]:
    """Text files of the folder and of a folder a station in it; what is hidden or a link is left alone."""
    for one in folder.iterdir():
        if one.name.startswith(".") or one.name in (TAKEN, REFUSED) or one.is_symlink():
            continue
        if one.is_dir():
            yield from (path for path in one.iterdir() if _is_text(path))
        elif _is_text(one):
            yield one


def _is_text(path: Path) -> bool:
    return path.suffix.lower() == ".txt" and not path.name.startswith(".") and not path.is_symlink() and path.is_file()


def _take_file(path: Path, now: datetime) -> bool:
    """Store what a file says; a line that cannot be read is kept with its reason. False: it is no station's file."""
    try:
        station = station_of(path.name)
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(Reason.UNREADABLE.title)
        lines = list(read(path.read_bytes()))
    except UnreadableFile as fault:
        refuse(path.stem, Reason.UNREADABLE, text=f"{path.name}: {fault.message.vi}")
        log.warning("station_file_refused", file=path.name, reason=fault.message.en)
        return False
    measured = [one for one in lines if isinstance(one, Measured)]
    with transaction.atomic():
        for line in lines:
            if not isinstance(line, Measured):
                refuse(station, Reason.UNREADABLE, text=f"{path.name}: {line.reason.vi} {line.text}")
        arrivals = [Arrival(station, one.metric, one.at, one.value, one.unit, one.status.value) for one in measured]
        outcome = store(arrivals, now=now)
    if outcome.rejected or len(measured) < len(lines):
        log.info(
            "station_file_partly_taken",
            file=path.name,
            stored=outcome.new + outcome.corrected,
            rejected=len(outcome.rejected),
            unread=len(lines) - len(measured),
        )
    return True


def _move(path: Path, to: Path, now: datetime) -> None:
    day = to / f"{now.astimezone(LOCAL):%Y-%m-%d}"
    day.mkdir(parents=True, exist_ok=True)
    path.replace(day / path.name)
