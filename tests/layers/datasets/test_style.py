"""How datasets are drawn."""

import pytest

from layers.core import ANYONE, Attribute, Option, Public, Text
from layers.core.layer import Layer
from layers.datasets.provider import DatasetProvider
from tile_server.style import POINTS, style_document

pytestmark = pytest.mark.django_db

KIND = Attribute(
    "kind", Text.same("Loại"), type="text", choices=[Option("a", Text.same("a")), Option("b", Text.same("b"))]
)


def drawn(geometry: str) -> list[dict[str, object]]:
    layer = DatasetProvider().create("bo", Text.same("Bộ"), [KIND], Public(), geometry=geometry)
    assert isinstance(layer, Layer)
    layers = style_document([layer], ANYONE, "http://localhost")["layers"]
    return [one for one in layers if f"{layer.id}/plain/" in one["id"]]


@pytest.mark.parametrize(
    ("geometry", "kinds"),
    [("point", {"circle"}), ("line", {"line"}), ("polygon", {"fill", "line"}), ("mixed", {"circle", "line", "fill"})],
)
def test_each_kind_of_geometry_has_its_parts(geometry: str, kinds: set[str]) -> None:
    assert {one["type"] for one in drawn(geometry)} == kinds


def test_among_mixed_shapes_only_points_are_circles() -> None:
    circles = [one for one in drawn("mixed") if one["type"] == "circle"]

    assert [one["filter"] for one in circles] == [POINTS]


def test_few_values_give_a_style_of_their_own_with_a_legend() -> None:
    layer = DatasetProvider().create("bo", Text.same("Bộ"), [KIND], Public(), geometry="point")

    colors = [(entry.value, entry.color) for entry in layer.legend(layer.styles[1])]
    assert [style.name for style in layer.styles] == ["plain", "by_kind"]
    assert len({color for _, color in colors}) == len(colors) == 2
