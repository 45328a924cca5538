"""A pasted list: every line is found, may mean several, or is told why not; only in what the caller sees."""

from collections.abc import Callable
from typing import Any

import pytest

from layers.core import ANYONE, Public, Viewer
from tests.layers.exchange.conftest import STEWARD, Bring
from tests.layers.exchange.test_formats import collection, feature, point

pytestmark = pytest.mark.django_db

Ask = Callable[[Viewer], Any]
MADE = collection(
    feature(point(106.1, 11.2), "a", name="Cầu Tân Châu"),
    feature(point(106.2, 11.2), "b", name="Cầu Bến Cầu"),
    feature(point(106.3, 11.2), "c", name="Chợ Long Hoa"),
    feature(point(106.4, 11.2), "d", name="Chợ Long Hoa"),
)


def test_each_line_is_found_ambiguous_or_told_why_not(bring: Bring, ask: Ask) -> None:
    layer = bring("a.geojson", MADE, access=Public()).layer

    lines = ["cau tan chau", "Chợ Long Hoa", "Sân bay", "", "x" * 300]
    answer = ask(ANYONE).post("/api/lists/resolve", {"layer": layer, "lines": lines})

    found = answer.json()["lines"]
    assert [one["state"] for one in found] == ["found", "several", "none", "none", "none"]
    assert found[0]["features"][0]["title"] == "Cầu Tân Châu"
    assert len(found[1]["features"]) == 2
    assert sorted(found[2]["reason"]) == ["en", "vi"]
    assert found[0]["reason"] is None


def test_a_layer_of_others_is_not_found(bring: Bring, ask: Ask) -> None:
    layer = bring("a.geojson", MADE).layer
    asked = {"layer": layer, "lines": ["cau tan chau"]}

    refused = ask(ANYONE).post("/api/lists/resolve", asked)

    assert (refused.status_code, refused.json()["error"]) == (404, "unknown_layer")
    assert ask(STEWARD).post("/api/lists/resolve", asked).json()["lines"][0]["state"] == "found"


@pytest.mark.parametrize(
    "body", [{"layer": "communes"}, {"layer": "communes", "lines": []}, {"layer": "communes", "lines": ["x"] * 201}]
)
def test_a_list_is_bounded(ask: Ask, body: dict[str, Any]) -> None:
    assert ask(ANYONE).post("/api/lists/resolve", body).status_code in (400, 422)
