"""Edit → told: how long until every open browser has heard of a committed change.

    python -m tests.benchmarks.freshness http://127.0.0.1:8000 postgres://…

Fifty listeners on `/api/live`, spread over the server's workers by the kernel; one row is edited again and again, as
another program would do it, and put back at the end.
"""

import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import psycopg

LISTENERS = 50
EDITS = 60
BAR_S = 0.3
"""p95 from the commit to the last of the listeners: one poll of the journal (0.2 s) and its delivery."""
PATIENCE_S = 15.0
LAYER, TABLE = "schools", "education_school"


class Listener:
    """One open connection to `/api/live`.

    Attributes:
        heard: when the last message about the layer came, seconds of `time.monotonic`.
    """

    def __init__(self, url: str) -> None:
        """Nothing is opened before `open`."""
        self.url = urlsplit(url)
        self.heard: asyncio.Queue[float] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, and wait for the greeting."""
        host, port = self.url.hostname or "127.0.0.1", self.url.port or 80
        reader, self._writer = await asyncio.open_connection(host, port)
        self._writer.write(f"GET /api/live?layers={LAYER} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"/api/live answered {status.decode().strip()}")
        await reader.readuntil(b"retry:")
        self._task = asyncio.create_task(self._listen(reader))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line.startswith(b"event: changed"):
                self.heard.put_nowait(time.monotonic())

    def close(self) -> None:
        """Hang up."""
        if self._task:
            self._task.cancel()
        self._writer.close()


def percentile(values: Sequence[float], share: int) -> float:
    """The value that `share` percent of the values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


async def _told(url: str, dsn: str) -> tuple[list[float], list[float]]:
    """Seconds from commit to each listener, and to the last one of an edit."""
    listeners = [Listener(url) for _ in range(LISTENERS)]
    dice = random.Random(1)
    each, last = [], []
    try:
        for one in listeners:
            await one.open()
        await asyncio.sleep(1.0)
        with psycopg.connect(dsn, autocommit=True) as database:
            row, name = _row(database)
            try:
                for number in range(EDITS):
                    # at any moment of a poll's period
                    await asyncio.sleep(0.3 + dice.random() * 0.2)
                    database.execute(f"update {TABLE} set name = %s where id = %s", [f"{name} {number}", row])
                    committed = time.monotonic()
                    heard = await _heard(listeners)
                    each += [moment - committed for moment in heard]
                    last.append(max(heard) - committed)
            finally:
                database.execute(f"update {TABLE} set name = %s where id = %s", [name, row])
    finally:
        for one in listeners:
            one.close()
    return each, last


async def _heard(listeners: Sequence[Listener]) -> list[float]:
    """When each was told of the edit.

    Raises:
        RuntimeError: not all were, within 15 s.
    """
    told = [asyncio.create_task(one.heard.get()) for one in listeners]
    _, waiting = await asyncio.wait(told, timeout=PATIENCE_S)
    for task in waiting:
        task.cancel()
    if waiting:
        raise RuntimeError(f"{len(waiting)} of {len(told)} listeners heard of no edit within {PATIENCE_S:.0f} s")
    return [task.result() for task in told]


def _row(database: psycopg.Connection[Any]) -> tuple[int, str]:
    found = database.execute(f"select id, name from {TABLE} order by id limit 1").fetchone()
    if found is None:
        raise RuntimeError(f"{TABLE} is empty: seed the demo first (make seed)")
    return found[0], found[1]


def measure(url: str, dsn: str) -> dict[str, Any]:
    """Edit → all told, of a running server.

    Args:
        url: the server's address.
        dsn: its database; one row is edited and put back.

    Returns:
        Milliseconds: `p50_ms` and `p95_ms` to the last listener of each edit, `each_p95_ms` over single listeners; the
        bar, and whether it `holds`.
    """
    each, last = asyncio.run(_told(url, dsn))
    p95 = percentile(last, 95)
    return {
        "listeners": LISTENERS,
        "edits": len(last),
        "p50_ms": round(percentile(last, 50) * 1000),
        "p95_ms": round(p95 * 1000),
        "max_ms": round(max(last) * 1000),
        "each_p50_ms": round(percentile(each, 50) * 1000),
        "each_p95_ms": round(percentile(each, 95) * 1000),
        "bar_ms": round(BAR_S * 1000),
        "holds": p95 <= BAR_S,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(*sys.argv[1:3]), indent=1) + "\n")
