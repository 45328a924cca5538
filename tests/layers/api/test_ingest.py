"""Ingest: who may, what fits, item by item, once."""

from collections.abc import Callable
from typing import Any

import pytest

from layers.core import Viewer
from tests.toys.models import ToyVisit

pytestmark = pytest.mark.django_db
VISITS = "/api/ingest/toy_visits"


@pytest.fixture
def device(ask: Callable[..., Any]) -> Any:
    return ask(Viewer(device="gate 1", roles=frozenset({"device"})))


def item(unit: Any, **values: Any) -> dict[str, Any]:
    return {"name": "Lượt", "commune": unit.code, "lon": 106.1, "lat": 11.3, **values}


def test_one_item_or_a_list_is_stored(unit: Any, device: Any) -> None:
    one = device.post(VISITS, item(unit))
    several = device.post(VISITS, [item(unit, score=1), item(unit, score=2)])

    assert (one.json(), several.json()) == ({"accepted": 1, "rejected": []}, {"accepted": 2, "rejected": []})
    assert ToyVisit.objects.count() == 3


def test_each_item_that_does_not_fit_names_its_field(unit: Any, device: Any) -> None:
    items = [item(unit), item(unit, lat=91), item(unit, colour="red"), item(unit, commune="nowhere"), "x", None]

    report = device.post(VISITS, items).json()

    assert report["accepted"] == 1
    assert [(r["index"], r["error"], r["field"]) for r in report["rejected"]] == [
        (1, "invalid", "lat"),
        (2, "invalid", "colour"),
        (3, "unknown_unit", "commune"),
        (4, "invalid", None),
        (5, "invalid", None),
    ]
    assert report["rejected"][0]["message"] == {"vi": "Phải không quá 90.", "en": "Must be at most 90."}


def test_one_item_that_does_not_fit_is_unprocessable(unit: Any, device: Any) -> None:
    answer = device.post(VISITS, item(unit, lat="bắc"))

    assert answer.status_code == 422
    assert (answer.json()["error"], answer.json()["field"], answer.json()["accepted"]) == ("invalid", "lat", 0)


def test_only_a_device_may_post_where_the_layer_says_so(
    unit: Any, keeper: Viewer, anyone: Any, ask: Callable[..., Any]
) -> None:
    assert ask(keeper).post(VISITS, item(unit)).status_code == 403
    assert anyone.post(VISITS, item(unit)).json()["error"] == "unknown_layer"
    assert anyone.post("/api/ingest/toy_plots", {}).status_code == 403
    assert anyone.post("/api/ingest/no_such", {}).status_code == 404
    assert not ToyVisit.objects.exists()


def test_too_many_items_are_refused_as_a_whole(unit: Any, device: Any) -> None:
    answer = device.post(VISITS, [item(unit)] * 51)

    assert answer.status_code == 422
    assert not ToyVisit.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_json_is_refused(body: bytes, device: Any) -> None:
    answer = device.post(VISITS, body)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_json")


def test_text_arrives_in_one_unicode_form(unit: Any, device: Any) -> None:
    decomposed = "Ta\u0302n Cha\u0302u"

    device.post(VISITS, item(unit, name=decomposed))

    assert ToyVisit.objects.get().name == "Tân Châu"


def test_the_same_key_stores_once(unit: Any, device: Any) -> None:
    first, second = (device.post(VISITS, [item(unit)], idempotency_key="batch 7") for _ in range(2))

    assert first.json() == second.json() == {"accepted": 1, "rejected": []}
    assert second["Content-Type"] == "application/json"
    assert ToyVisit.objects.count() == 1
