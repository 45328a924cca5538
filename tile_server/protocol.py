"""uvicorn's HTTP/1.1, and before it a short way: an answer that is ready goes out with no task and no message made.

In: requests as httptools parses them, and what the application lays into its lifespan state under `FIND`. Out: the
ready answer to a plain GET, in its turn; every other request goes uvicorn's way.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Head = tuple[bytes, bytes]
"""Status line, and headers to their end: the server's own come between the two."""
Ready = tuple[bytes, bytes, bytes]
"""A head and its body, as they go out."""
Find = Callable[[bytes, Mapping[bytes, bytes]], Ready | None]
"""The answer to a GET by path and query, as they came, and headers, names in lower case; None: the long way."""
FIND = "tile_server.find"
"""Key of the lifespan state; without it, or with an access log to be written, there is no short way."""
_MORE = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})
"""Headers of a request that does not end with them."""


def head(status: int, headers: Mapping[str, str]) -> Head:
    """Status and headers as they go out."""
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode(), "".join([*lines, "\r\n"]).encode("latin-1")


class TileProtocol(HttpToolsProtocol):
    """One connection. Answers keep the order of their requests, and wait where the client does not read."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """As uvicorn makes one for each connection."""
        super().__init__(*arguments, **named)
        self._find: Find | None = None if self.access_log else self.app_state.get(FIND)
        self._ready: Ready | None = None

    def on_headers_complete(self) -> None:
        """Look for a ready answer; what has none becomes a request of the application."""
        self._ready = self._find_ready()
        if self._ready is None:
            self._unset_keepalive_if_required()  # set by a ready answer to a request in the same packet
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Answer, if the answer is ready."""
        if self._ready is None:
            super().on_message_complete()
            return
        status_line, headers, body = self._ready
        self._ready = None  # an idle connection holds no tile
        own = _lines(*self.server_state.default_headers)
        self.transport.write(b"".join((status_line, own, headers, body)))  # `writelines` costs more than this copy
        self.on_response_complete()

    def _find_ready(self) -> Ready | None:
        if self._find is None or self.flow.write_paused or not (self.cycle is None or self.cycle.response_complete):
            return None
        parser, headers = self.parser, dict(self.headers)
        if parser.get_method() != b"GET" or parser.get_http_version() != "1.1" or not parser.should_keep_alive():
            return None
        return self._find(self.url, headers) if _MORE.isdisjoint(headers) else None


@lru_cache(maxsize=1)
def _lines(*headers: tuple[bytes, bytes]) -> bytes:
    """Headers as they go out; uvicorn's own change once a second, with the date."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)
