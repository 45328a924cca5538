"""The live channel: what changed, what state features have now, what streams see; server-sent events.

One bare ASGI application a worker, fed by the journal's follower. A listener is told only of rows it may
see: who may see only the old row gets the area, never an id or a state.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import psycopg
import structlog
from django.db import DatabaseError, connection

from layers.changes.follower import Entry, Follower
from layers.core.declaration import Declaration
from layers.core.errors import BadRequest, UnknownLayer
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.stream import CHANNEL
from layers.core.text import Text
from layers.core.viewer import Viewer

log = structlog.get_logger(__name__)

PATH = "/api/live"
HEARTBEAT_S = 15.0
MAX_QUEUE = 500
"""Messages waiting for a slow listener; beyond it the listener is told to reset."""
MAX_LISTENERS = 2_000
MAX_STATE_IDS = 500
MAX_AREAS = 200

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Resolve = Callable[[Scope], Awaitable[Viewer]]
Refuse = Callable[[Exception], tuple[int, bytes, dict[str, str]]]


def message(event: str, data: Mapping[str, Any], position: str | None = None) -> bytes:
    """One server-sent event."""
    head = f"id: {position}\n" if position else ""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return f"{head}event: {event}\ndata: {body}\n\n".encode()


def _plain(value: Any) -> str:
    """A time as tiles carry it, so that state and tile agree: RFC 3339 in UTC, whole seconds."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)


@dataclass(slots=True, eq=False)
class Listener:
    """One open connection.

    Attributes:
        layers: ids asked for; None for every layer the viewer may see.
        ended: the connection must close, because rights may have changed.
    """

    viewer: Viewer
    layers: frozenset[str] | None
    queue: "asyncio.Queue[bytes | None]" = field(default_factory=lambda: asyncio.Queue(MAX_QUEUE))

    def wants(self, layer_id: str) -> Declaration | None:
        """The layer, if it was asked for and this viewer may know of it."""
        if self.layers is not None and layer_id not in self.layers:
            return None
        with contextlib.suppress(UnknownLayer):
            return registry.visible(layer_id, self.viewer)
        return None

    def put(self, one: bytes | None) -> None:
        """Queue a message; a listener too slow to keep up starts afresh."""
        try:
            self.queue.put_nowait(one)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(message("reset", {}))


class LiveChannel:
    """Every listener of this worker, and what is told to them."""

    def __init__(self, follower: Follower, resolve: Resolve, refuse: Refuse) -> None:
        """Take what the composition root gives."""
        self.follower = follower
        self.resolve = resolve
        self.refuse = refuse
        self.listeners: set[Listener] = set()

    # --------------------------------------------------------------- telling

    async def announce(self, entries: Sequence[Entry], position: str) -> None:
        """Tell every listener of what was applied; where that cannot be found out, everyone starts afresh.

        Raises:
            Exception: why it could not be found out; the database is away, most likely.
        """
        try:
            await self._announce(entries, position)
        except Exception:
            self._everyone(message("reset", {}, position))
            raise

    async def _announce(self, entries: Sequence[Entry], position: str) -> None:
        if any(entry.layer == "@access" for entry in entries):
            self._end_accounts()
        topics = [entry.layer for entry in entries if entry.layer.startswith("@") and entry.layer != "@access"]
        known = sum(registry.changed(topic) for topic in set(topics))
        await registry.load()  # another thread may have had it forget, too
        if known:
            self._everyone(message("catalog", {}, position))
        by_layer: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            if not entry.layer.startswith("@"):
                by_layer[entry.layer].append(entry)
        for layer_id, changes in by_layer.items():
            await self._tell(layer_id, changes, position)

    def lost(self) -> None:
        """Nothing to say while the database is away: listeners keep their connection and are told what was missed."""

    def _everyone(self, one: bytes) -> None:
        for listener in self.listeners:
            listener.put(one)

    def _end_accounts(self) -> None:
        """Rights may have changed: whoever is logged in must come again, and is asked who they are."""
        for listener in self.listeners:
            if not listener.viewer.is_public:
                listener.put(None)

    async def _tell(self, layer_id: str, changes: Sequence[Entry], position: str) -> None:
        hearing = [(one, layer) for one in self.listeners if (layer := one.wants(layer_id)) is not None]
        for listener, layer in hearing:  # nobody waits for the states of another
            if (changed := changed_message(layer, listener.viewer, changes, position)) is not None:
                listener.put(changed)
        states: States = {}
        for listener, layer in hearing:
            if (state := await state_message(layer, listener.viewer, changes, position, states)) is not None:
                listener.put(state)

    def sighted(self, body: Mapping[str, Any]) -> None:
        """Tell who watches a stream what is seen now."""
        scopes = frozenset(body.get("scopes", ()))
        told = message("sighted", {name: body[name] for name in ("layer", "at", "ttl_s", "features")})
        for listener in self.listeners:
            layer = listener.wants(str(body["layer"]))
            if layer is not None and layer.access.reduce(listener.viewer) & scopes:
                listener.put(told)

    async def follow_streams(self, dsn: str) -> None:
        """Hear what other processes see, for ever; a lost connection is opened again."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(dsn, autocommit=True, connect_timeout=3) as database:
                    await database.execute(f"listen {CHANNEL}")
                    async for notice in database.notifies():
                        with contextlib.suppress(ValueError, KeyError):
                            self.sighted(json.loads(notice.payload))
            except (psycopg.Error, OSError):
                await asyncio.sleep(1.0)

    # ------------------------------------------------------------- listening

    @staticmethod
    def answers(path: str) -> bool:
        """Whether a path is the live channel's."""
        return path == PATH

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from its first event to its end."""
        try:
            listener = await self._listener(scope)
        except Exception as fault:
            status, body, extra = self.refuse(fault)
            headers = {"content-type": "application/json", "cache-control": "no-store", **extra}
            raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
            await send({"type": "http.response.start", "status": status, "headers": raw})
            await send({"type": "http.response.body", "body": body})
            return
        self.listeners.add(listener)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            for one in await self._missed(scope, listener):
                await send({"type": "http.response.body", "body": one, "more_body": True})
            await _serve(listener, receive, send)
        finally:
            self.listeners.discard(listener)

    async def _listener(self, scope: Scope) -> Listener:
        if len(self.listeners) >= MAX_LISTENERS:
            raise BadRequest(Text(vi="Quá nhiều kết nối trực tiếp.", en="Too many live connections."), slug="busy")
        query = parse_qs(scope["query_string"].decode("latin-1"))
        for name in query:
            if name not in ("layers", "lang", "last_event_id"):
                raise BadRequest(
                    Text(vi=f"Không có tham số “{name}”.", en=f"There is no parameter “{name}”."),
                    field=name,
                    slug="unknown_parameter",
                )
        viewer = await self.resolve(scope)
        await registry.load()
        asked = [one for text in query.get("layers", []) for one in text.split(",") if one][:200]
        for one in asked:
            registry.visible(one, viewer)
        return Listener(viewer=viewer, layers=frozenset(asked) if asked else None)

    async def _missed(self, scope: Scope, listener: Listener) -> list[bytes]:
        """What a returning browser missed since its `Last-Event-ID`; `reset` where that is too long ago."""
        position = self.follower.position
        last = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"), "")
        last = last or parse_qs(scope["query_string"].decode("latin-1")).get("last_event_id", [""])[0]
        greeting = b"retry: 2000\n\n"
        if not last:
            return [greeting]
        entries = await self.follower.since(last)
        if entries is None:
            return [greeting, message("reset", {}, position)]
        missed = [greeting]
        by_layer: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_layer[entry.layer].append(entry)
        for layer_id, changes in by_layer.items():
            layer = None if layer_id.startswith("@") else listener.wants(layer_id)
            if layer is not None:
                told = changed_message(layer, listener.viewer, changes, position)
                state = await state_message(layer, listener.viewer, changes, position, {})
                missed += [one for one in (told, state) if one is not None]
        if any(one.startswith("@") and one != "@access" for one in by_layer):
            missed.append(message("catalog", {}, position))
        return missed


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _serve(listener: Listener, receive: Receive, send: Send) -> None:
    """Send what is queued, and a heartbeat, until the client goes or the listener is ended."""
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        while not gone.done():
            waiting = asyncio.ensure_future(listener.queue.get())
            done, _ = await asyncio.wait({waiting, gone}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if waiting not in done:
                waiting.cancel()
                if gone in done:
                    return
                await send({"type": "http.response.body", "body": b": \n\n", "more_body": True})
                continue
            one = waiting.result()
            if one is None:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return
            await send({"type": "http.response.body", "body": one, "more_body": True})
    finally:
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


States = dict[tuple[frozenset[str], frozenset[str]], bytes | None]
"""State messages already made, by the scopes and roles of those they are for."""


def changed_message(layer: Declaration, viewer: Viewer, changes: Sequence[Entry], position: str) -> bytes | None:
    """Where a layer's tiles changed for one viewer, and the ids of the rows seen now; None where nothing did."""
    held = layer.access.reduce(viewer)
    moved = [entry for entry in _seen(changes, held) if not entry.live_only]
    return message("changed", _changed(layer, moved, held), position) if moved else None


async def state_message(
    layer: Declaration, viewer: Viewer, changes: Sequence[Entry], position: str, states: States
) -> bytes | None:
    """The live state of the changed rows one viewer sees now; None for a layer without live attributes."""
    if not isinstance(layer, Layer) or not _live_names(layer):
        return None
    held = layer.access.reduce(viewer)
    now = [entry for entry in _seen(changes, held) if entry.ids and _shared(entry.new_scopes, held)]
    ids = tuple(dict.fromkeys(one for entry in now for one in entry.ids or ()))[:MAX_STATE_IDS]
    if not ids:
        return None
    known = (held, viewer.roles)
    if known not in states:
        states[known] = await asyncio.to_thread(_state, layer, viewer, ids, position)
    return states[known]


def _seen(changes: Iterable[Entry], held: frozenset[str]) -> list[Entry]:
    return [e for e in changes if _shared(e.old_scopes, held) or _shared(e.new_scopes, held) or _whole(e)]


def _live_names(layer: Layer) -> list[str]:
    return [attribute.name for attribute in layer.tile_attributes if attribute.live]


def _whole(entry: Entry) -> bool:
    return entry.old_scopes is None and entry.new_scopes is None


def _shared(scopes: frozenset[str] | None, held: frozenset[str]) -> bool:
    return scopes is not None and not scopes.isdisjoint(held)


def _changed(layer: Declaration, entries: Iterable[Entry], held: frozenset[str]) -> dict[str, Any]:
    areas: list[list[float]] | None = []
    ids: list[int] | None = []
    for entry in entries:
        if entry.box is None or areas is None or len(areas) >= MAX_AREAS:
            areas = None
        else:
            areas.append([round(one, 6) for one in entry.box])
        if entry.ids is None:
            ids = None
        elif ids is not None and (
            _shared(entry.new_scopes, held) or (entry.new_scopes is None and _shared(entry.old_scopes, held))
        ):
            ids += [one for one in entry.ids if one not in ids]
    return {"layer": layer.id, "areas": areas, "ids": ids[:MAX_STATE_IDS] if ids is not None else None}


def _state(layer: Layer, viewer: Viewer, ids: Sequence[int], position: str) -> bytes | None:
    """The live attributes of these features as this viewer may see them."""
    names = _live_names(layer)
    try:
        found = layer.query(viewer).some(ids)
        state = {str(f.id): {**{name: f.attributes[name] for name in names}, "_version": f.version} for f in found}
    except (DatabaseError, UnknownLayer):
        log.warning("live_state_unread", layer=layer.id)
        return None
    finally:
        connection.close()
    return (
        message("state", {"layer": layer.id, "ids": [int(one) for one in state], "state": state}, position)
        if state
        else None
    )
