"""Every road to a layer: Django's addresses, tiles and the live channel, asked as one viewer or another."""

import asyncio
import io
import json
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any
from urllib.parse import quote, urlencode

import psycopg

from layers.core.viewer import Viewer
from tests.conformance.subject import Subject
from tests.conftest import As
from tests.tile_server.harness import Answer, Server, server
from tests.tile_server.test_live import Listening

MOST = 10_000
"""Largest page of a list."""


class Roads:
    """One worker for the whole suite: its event loop runs only while something is asked."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._open = AsyncExitStack()
        self.server: Server = self._runner.run(self._open.enter_async_context(server()))

    def close(self) -> None:
        """End the worker."""
        self._runner.run(self._open.aclose())
        self._runner.close()

    def run(self, work: Awaitable[Any]) -> Any:
        """Run a coroutine in the worker's loop."""

        async def within() -> Any:
            return await work

        return self._runner.run(within())

    # ---------------------------------------------------------------------- http

    def get(self, viewer: Viewer, path: str, **query: Any) -> Any:
        """GET of a Django address."""
        return As(viewer).get(path, {name: value for name, value in query.items() if value is not None})

    def features(self, subject: Subject, viewer: Viewer, **query: Any) -> list[dict[str, Any]]:
        """The features of a list."""
        answer = self.get(viewer, f"/api/layers/{subject.id}/features", **{"limit": MOST, **query})
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()["features"]
        return found

    # --------------------------------------------------------------------- tiles

    def tile(self, viewer: Viewer, layer: str, where: object, **query: Any) -> Answer:
        """GET of a tile, after the journal was read."""
        asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
        answer: Answer = self.run(self.server.get(f"/tiles/{layer}/{where}.mvt{asked}", viewer))
        return answer

    def tile_ids(self, subject: Subject, viewer: Viewer, where: object, **query: Any) -> set[int]:
        """Ids of the features in a tile."""
        answer = self.tile(viewer, subject.id, where, **query)
        assert answer.status in (200, 204), answer.body
        return {feature["id"] for feature in answer.features(subject.id)}

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements that tiles run meanwhile."""
        statements: list[str] = []
        execute = psycopg.AsyncCursor.execute

        async def counting(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            statements.append(str(query))
            return await execute(cursor, query, *args, **kwargs)

        psycopg.AsyncCursor.execute = counting  # type: ignore[method-assign]
        try:
            yield statements
        finally:
            psycopg.AsyncCursor.execute = execute  # type: ignore[method-assign]

    # ---------------------------------------------------------------------- live

    def heard(self, viewer: Viewer, change: Callable[[], None], layers: str | None = None) -> list[tuple[str, Any]]:
        """What a browser hears of a change; where rights may have changed it is sent away and comes again."""
        query = f"layers={layers}" if layers else ""
        position = self.run(self.server.follower.catch_up())
        listening = Listening(self.server, viewer, query)
        with self._opened(listening):
            change()
            heard: list[tuple[str, Any]] = self.run(listening.heard())
        if listening.ended:
            again = Listening(self.server, viewer, query, position)
            with self._opened(again):
                heard += self.run(again.heard())
        return heard

    @contextmanager
    def _opened(self, listening: Listening) -> Iterator[None]:
        self.run(listening.__aenter__())
        try:
            yield
        finally:
            self.run(listening.__aexit__())

    def live_status(self, viewer: Viewer, layer: str) -> int:
        """How a connection that names a layer is answered."""
        listening = Listening(self.server, viewer, f"layers={layer}")
        self.run(listening.__aenter__())
        self.run(listening.__aexit__())
        return listening.status


def json_of(answer: Any) -> Any:
    """The body of a Django answer or a tile's."""
    return json.loads(answer.body if isinstance(answer, Answer) else answer.content)


def status_of(answer: Any) -> int:
    """The status of a Django answer or a tile's."""
    return answer.status if isinstance(answer, Answer) else int(answer.status_code)


def unzipped(answer: Any) -> bytes:
    """All that lies inside an answered workbook."""
    with zipfile.ZipFile(io.BytesIO(whole(answer))) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def whole(answer: Any) -> bytes:
    """All bytes of a Django answer, streamed or not."""
    return b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else bytes(answer.content)
