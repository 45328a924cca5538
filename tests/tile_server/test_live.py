"""The live channel: what a listener hears of a change, and what it never hears."""

import asyncio
import json
from typing import Any

import pytest
from django.db import OperationalError

from layers.core.registry import registry
from layers.core.viewer import ANYONE, Viewer
from tests.tile_server.harness import Server, run
from tests.toys import factories
from tests.toys.models import ToyPlot, ToyVisit

pytestmark = pytest.mark.django_db(transaction=True)


class Listening:
    """An open connection to `/api/live`."""

    def __init__(self, server: Server, viewer: Viewer, query: str = "", last: str = "") -> None:
        self.server, self.viewer, self.query, self.last = server, viewer, query, last
        self.text, self.status, self.ended = "", 0, False
        self.leave = asyncio.Event()

    async def __aenter__(self) -> "Listening":
        self.server.viewer = self.viewer
        headers = [(b"last-event-id", self.last.encode())] if self.last else []
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/live",
            "query_string": self.query.encode(),
            "headers": headers,
        }
        self.task = asyncio.create_task(self.server.live(scope, self._receive, self._send))
        for _ in range(200):
            if self.status:
                break
            await asyncio.sleep(0.02)
        return self

    async def __aexit__(self, *_: Any) -> None:
        self.leave.set()
        await asyncio.wait_for(self.task, 2)

    async def _receive(self) -> dict[str, Any]:
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.text += message.get("body", b"").decode()
            self.ended |= not message.get("more_body", False)

    async def heard(self) -> list[tuple[str, dict[str, Any]]]:
        """Events so far, after the journal was read."""
        await self.server.follower.catch_up()
        await asyncio.sleep(0.1)
        blocks = [
            dict(line.partition(": ")[::2] for line in b.splitlines()) for b in self.text.split("\n\n") if "event" in b
        ]
        return [(block["event"], json.loads(block["data"])) for block in blocks]


def test_a_change_tells_the_layer_the_area_and_the_ids() -> None:
    async def listened(s: Server) -> tuple[Any, int]:
        async with Listening(s, ANYONE, "layers=toy_plots") as open_:
            plot = factories.make_plot(lonlat=(106.1, 11.3), size=0.01)
            return await open_.heard(), plot.plot

    heard, key = run(listened)

    assert heard == [("changed", {"layer": "toy_plots", "areas": [[106.1, 11.3, 106.11, 11.31]], "ids": [key]})]


def test_a_change_of_a_live_attribute_alone_pushes_the_state_and_no_area(unit: Any, watcher: Viewer) -> None:
    visit = factories.make_visit(commune=unit, score=1)

    async def listened(s: Server) -> Any:
        async with Listening(s, watcher, "layers=toy_visits") as open_:
            ToyVisit.objects.filter(pk=visit.pk).update(score=8)
            return await open_.heard()

    assert run(listened) == [
        ("state", {"layer": "toy_visits", "ids": [visit.pk], "state": {str(visit.pk): {"score": 8.0, "_version": 2}}})
    ]


def test_a_live_layer_without_live_attributes_has_no_state_to_push(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.visible("toy_plots", ANYONE), "live", True)

    async def listened(s: Server) -> Any:
        async with Listening(s, ANYONE, "layers=toy_plots") as open_:
            factories.make_plot(lonlat=(106.1, 11.3), size=0.01)
            return await open_.heard()

    assert [event for event, _ in run(listened)] == ["changed"]


def test_rows_of_another_unit_are_never_heard_of(unit: Any, other_unit: Any, watcher: Viewer) -> None:
    async def listened(s: Server) -> Any:
        async with Listening(s, watcher) as open_:
            factories.make_visit("của người khác", commune=other_unit)
            return await open_.heard()

    assert run(listened) == []


def test_a_row_that_leaves_the_viewers_unit_tells_its_area_but_not_its_id(
    unit: Any, other_unit: Any, watcher: Viewer
) -> None:
    visit = factories.make_visit(commune=unit)

    async def listened(s: Server) -> Any:
        async with Listening(s, watcher) as open_:
            ToyVisit.objects.filter(pk=visit.pk).update(commune=other_unit)
            return await open_.heard()

    ((event, data),) = run(listened)

    assert event == "changed"
    assert data["ids"] == []
    assert data["areas"]


def test_a_layer_the_viewer_may_not_know_of_is_refused_like_one_that_is_not_there() -> None:
    async def listened(s: Server) -> list[int]:
        found = []
        for query in ("layers=toy_visits", "layers=nowhere"):
            async with Listening(s, ANYONE, query) as open_:
                found.append(open_.status)
        return found

    assert run(listened) == [404, 404]


def test_a_reconnect_hears_what_it_missed() -> None:
    async def listened(s: Server) -> Any:
        position = s.follower.position
        plot = factories.make_plot()
        ToyPlot.objects.filter(pk=plot.pk).update(name="mới")
        async with Listening(s, ANYONE, "layers=toy_plots", last=position) as open_:
            return [event for event, _ in await open_.heard()]

    assert set(run(listened)) == {"changed"}


def test_a_position_from_nowhere_is_answered_by_reset() -> None:
    async def listened(s: Server) -> Any:
        async with Listening(s, ANYONE, last="1:1:") as open_:
            return [event for event, _ in await open_.heard()]

    assert run(listened) == ["reset"]


def test_listeners_start_afresh_where_what_changed_cannot_be_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any) -> None:
        raise OperationalError("the database is away")

    async def listened(s: Server) -> Any:
        async with Listening(s, ANYONE, "layers=toy_plots") as open_:
            monkeypatch.setattr(s.live, "_tell", away)
            factories.make_plot()
            return [event for event, _ in await open_.heard()]

    assert run(listened) == ["reset"]
