"""The demo's base map: plausible amounts, each thing once, the same every time."""

from collections import Counter
from typing import Any

import pytest

import fixtures
from layers.basemap.models import Address, Place, Road, Water
from layers.basemap.seed import seed
from layers.core import ANYONE, registry
from layers.core.layer import Layer

pytestmark = pytest.mark.django_db

MODELS = (Road, Water, Place, Address)


def layer(name: str) -> Layer:
    found = registry.get(name)
    assert isinstance(found, Layer)
    return found


def test_the_demo_fills_all_four_layers(seeded: list[str]) -> None:
    numbers = [model.objects.count() for model in MODELS]

    assert len(seeded) == 4
    assert all(number >= least for number, least in zip(numbers, (2_000, 300, 600, 3_000), strict=True)), numbers
    assert not any(model.objects.filter(geom__isvalid=False).exists() for model in MODELS)


def test_a_second_seed_adds_nothing(seeded: list[str]) -> None:
    before = [list(model.objects.order_by("pk").values_list("pk", "version")) for model in MODELS]
    said: list[str] = []

    seed(fixtures.province(), said.append)

    assert [line.split()[0] for line in said] == ["0", "0", "0", "0"]
    assert [list(model.objects.order_by("pk").values_list("pk", "version")) for model in MODELS] == before


def test_a_numbered_road_is_one_feature(seeded: list[str]) -> None:
    numbered = Counter(Road.objects.exclude(ref="").values_list("ref", "road_class"))

    assert set(numbered.values()) == {1}
    assert Road.objects.get(ref="QL.22B").length_m > 50_000


def test_every_invented_row_says_so(seeded: list[str]) -> None:
    for model in MODELS:
        assert set(model.objects.exclude(code__startswith="island-").values_list("source", flat=True)) == {"demo"}


def test_the_country_has_its_islands_by_name(seeded: list[str]) -> None:
    islands = Place.objects.filter(kind="island")

    assert islands.filter(commune__code="20333", name="Đảo Hoàng Sa").exists()
    assert islands.filter(commune__code="22736", name="Đảo Trường Sa").exists()
    assert islands.count() == len(fixtures.ISLANDS)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("roads", "quoc lo 22b", "Quốc lộ 22B"),
        ("roads", "QL.22B", "Quốc lộ 22B"),
        ("water", "vam co dong", "Sông Vàm Cỏ Đông"),
        ("places", "dao song tu tay", "Đảo Song Tử Tây"),
    ],
)
def test_search_finds_things_without_their_marks(seeded: list[str], name: str, text: str, found: str) -> None:
    hits = layer(name).query(ANYONE).search(text, 5)

    assert hits[0].feature.attributes["name"] == found


def test_an_address_is_found_by_its_words(seeded: list[str]) -> None:
    wanted = Address.objects.order_by("pk")[17]
    words = f"{wanted.house_number} {wanted.street} {wanted.commune.name}" if wanted.commune else ""

    hits = layer("addresses").query(ANYONE).search(words, 5)

    assert wanted.name in [hit.feature.attributes["name"] for hit in hits]


def test_small_things_come_into_tiles_from_their_own_zoom_on(seeded: list[str]) -> None:
    def first_zooms(model: Any, kind: str) -> dict[str, int]:
        return dict(model.objects.values_list(kind, "from_zoom").distinct())

    roads, water = first_zooms(Road, "road_class"), first_zooms(Water, "kind")

    assert roads["trunk"] < roads["secondary"] < roads["tertiary"] < roads["residential"]
    assert water["river"] < water["canal"] < water["pond"]
