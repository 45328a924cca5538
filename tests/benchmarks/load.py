"""A closed loop of requests on this machine: so many connections, each asking anew when it is answered.

Every server is asked exactly the same list, to its end, so that what each has sent can be compared too.
"""

import asyncio
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from time import perf_counter

import uvloop

CONNECTIONS = 8
TIMEOUT_S = 120
"""Longest wait for one answer."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One GET: its path and further headers."""

    path: str
    headers: tuple[tuple[str, str], ...] = (("Accept-Encoding", "gzip"),)

    def raw(self, port: int) -> bytes:
        """The request as it is sent."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its status, its headers (names in lower case), its body as it came, and the milliseconds it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a run of the loop saw.

    Attributes:
        failed: answers of another status than 200, 204 and 304; `complaint` is the first of them.
        refused: those among them that are 503 and say when to come back.
        bytes: of the bodies, as they were sent.
    """

    answers: int
    failed: int
    refused: int
    complaint: str
    bytes: int
    took_s: float
    milliseconds: tuple[float, ...]

    def late_ms(self, percent: int) -> float:
        """What so many of a hundred answers stay below."""
        return quantiles(self.milliseconds, n=100, method="inclusive")[percent - 1]


def run(port: int, asks: Sequence[Ask], connections: int = CONNECTIONS) -> Load:
    """Ask the server at 127.0.0.1 everything in `asks`, and wait for the last answer."""
    raw = [ask.raw(port) for ask in asks]
    return uvloop.run(_run(port, raw, connections))


def fetch(port: int, asks: Sequence[Ask], budget_s: float = math.inf) -> list[Answer]:
    """The answers themselves, one after the other over one connection, until they have taken `budget_s`."""
    return uvloop.run(_fetch(port, [ask.raw(port) for ask in asks], budget_s))


async def _run(port: int, raw: Sequence[bytes], connections: int) -> Load:
    waiting, seen = iter(raw), _Seen()
    started = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_keep_asking(port, waiting, seen))
    return Load(
        answers=len(seen.milliseconds),
        failed=seen.failed,
        refused=seen.refused,
        complaint=seen.complaint,
        bytes=seen.bytes,
        took_s=perf_counter() - started,
        milliseconds=tuple(seen.milliseconds),
    )


@dataclass(slots=True)
class _Seen:
    """What all connections of a run add to."""

    milliseconds: list[float] = field(default_factory=list)
    bytes: int = 0
    failed: int = 0
    refused: int = 0
    complaint: str = ""


async def _keep_asking(port: int, waiting: Iterator[bytes], seen: _Seen) -> None:
    connection = _Connection(port)
    for raw in waiting:
        started = perf_counter()
        status, head, body = await connection.ask(raw)
        seen.milliseconds.append((perf_counter() - started) * 1000)
        seen.bytes += len(body)
        if status not in (200, 204, 304):
            seen.failed += 1
            seen.refused += status == 503 and b"\r\nretry-after: " in head.lower()
            seen.complaint = seen.complaint or f"{status} {body[:200].decode(errors='replace')}"
    connection.close()


async def _fetch(port: int, raw: Sequence[bytes], budget_s: float) -> list[Answer]:
    connection, found = _Connection(port), list[Answer]()
    for one in raw:
        if sum(answer.took_ms for answer in found) > budget_s * 1000:
            break
        started = perf_counter()
        status, head, body = await connection.ask(one)
        took_ms = (perf_counter() - started) * 1000
        lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:])
        found.append(Answer(status, {name.lower(): value.strip() for name, _, value in lines}, body, took_ms))
    connection.close()
    return found


class _Connection(asyncio.Protocol):
    """One connection, kept open as a browser keeps it and opened again where the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes, bytes]] | None = None

    async def ask(self, raw: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer to one request."""
        if self._transport is None or self._transport.is_closing():
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)
        assert self._transport
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(raw)
        async with asyncio.timeout(TIMEOUT_S):
            return await self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._received.clear()

    def connection_lost(self, fault: Exception | None) -> None:
        self._transport = None
        if self._answer and not self._answer.done():
            self._answer.set_exception(fault or ConnectionError("the server hung up without an answer"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0 or not self._answer or self._answer.done():
            return
        head = bytes(self._received[:end])
        status, lowered = int(head[9:12]), head.lower()
        size = 0 if status in (204, 304) else _length(lowered)
        if len(self._received) < end + 4 + size:
            return
        body = bytes(self._received[end + 4 : end + 4 + size])
        self._received.clear()
        if b"\r\nconnection: close" in lowered and self._transport:
            self._transport.close()
        self._answer.set_result((status, head, body))


def _length(head: bytes) -> int:
    """The length the answer's head (in lower case) tells."""
    _, found, rest = head.partition(b"\r\ncontent-length:")
    if not found:
        raise ValueError(f"an answer without Content-Length: {head[:200]!r}")
    return int(rest.partition(b"\r\n")[0])
