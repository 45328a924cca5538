"""The situation map by its address: the same rights, filters and time as on the map."""

from collections.abc import Callable
from typing import Any

import pytest

from layers.core import ANYONE, Public, Text, Viewer
from tests.layers.exchange.conftest import STEWARD, Bring
from tests.layers.exchange.test_formats import collection, feature, point

pytestmark = pytest.mark.django_db

Ask = Callable[[Viewer], Any]
BOX = [105.9, 10.9, 106.3, 11.4]
MADE = collection(feature(point(106.1, 11.2), "a", name="Cầu Một"), feature(point(106.2, 11.2), "b", name="Cầu Hai"))


def test_the_file_holds_what_its_filter_lets_through(bring: Bring, ask: Ask) -> None:
    layer = bring("a.geojson", MADE, title=Text(vi="Cầu", en="Bridges"), access=Public()).layer

    answer = ask(ANYONE).post(
        "/api/situation", {"layers": [{"id": layer, "filter": "name = 'Cầu Một'"}], "bbox": BOX, "language": "en"}
    )

    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "C\\u1ea7u M\\u1ed9t" in page
    assert "C\\u1ea7u Hai" not in page
    assert "Vietnam time" in page


def test_a_layer_of_others_is_not_found(bring: Bring, ask: Ask) -> None:
    layer = bring("a.geojson", MADE).layer
    asked = {"layers": [{"id": layer}], "bbox": BOX}

    assert ask(ANYONE).post("/api/situation", asked).status_code == 404
    assert ask(STEWARD).post("/api/situation", asked).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("layers", []), ("layers", [{"id": 1}]), ("bbox", [1, 2]), ("bbox", "here"), ("at", 5), ("at", "hôm qua")],
)
def test_a_wrong_field_is_named(ask: Ask, field: str, value: Any) -> None:
    answer = ask(ANYONE).post("/api/situation", {"layers": [{"id": "communes"}], "bbox": BOX, field: value})

    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_the_code_names_this_server_alone(ask: Ask) -> None:
    one, same, far = (
        ask(ANYONE).get("/api/qr.svg", {"link": link})
        for link in ("/?at=1#m", "https://evil.example/?at=1#m", "/" + "a" * 5000)
    )

    assert (one.status_code, one.headers["Content-Type"]) == (200, "image/svg+xml")
    assert one.content == same.content
    assert far.status_code == 400
