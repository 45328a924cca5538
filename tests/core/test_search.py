"""Search keys and ranking, by the reference's examples."""

import pytest
from django.db import connection

from layers.core.registry import registry
from layers.core.search import bare_key, search_key
from layers.core.viewer import ANYONE
from tests.toys import factories

KEYS = [
    ("Đắk Lắk", "dak lak"),
    ("Đắk Lắk", "dak lak"),
    ("ĐĂK LĂK", "dak lak"),
    ("Tp. Hồ Chí Minh", "tp ho chi minh"),
    ("Xã Thuận Hoà", "xa thuan hoa"),
    ("Xã Thuận Hòa", "xa thuan hoa"),
    ("M’Drắk", "mdrak"),
    ("M'Drắk", "mdrak"),
    ("Bà Rịa - Vũng Tàu", "ba ria vung tau"),
    ("ƯỚC", "uoc"),
    ("Nguyễn Thị Minh Khai", "nguyen thi minh khai"),
    ("  Thửa   125,  tờ 12 ", "thua 125 to 12"),
]


@pytest.mark.parametrize(("text", "key"), KEYS)
def test_the_key_of_the_references_examples(text: str, key: str) -> None:
    assert search_key(text) == key


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "key"), KEYS)
def test_the_database_gives_the_same_key(text: str, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select search_key(%s)", [text])
        assert cursor.fetchone() == (key,)


@pytest.mark.parametrize(
    ("text", "bare"),
    [("Xã Tân Châu", "tan chau"), ("P. 1", "1"), ("Phường Long Hoa", "long hoa"), ("Tân Châu", "tan chau")],
)
def test_words_before_a_units_name_are_ignored(text: str, bare: str) -> None:
    assert bare_key(text) == bare


@pytest.mark.django_db
def test_exact_marks_rank_above_equal_keys_above_likeness() -> None:
    for name in ("Xã Tan Chau", "Xã Tân Châu", "Trường Tân Châu 2", "Xã Tân Chấu", "Bến Cầu"):
        factories.make_plot(name)

    hits = registry.get("toy_plots").query(ANYONE).search("Tân Châu", 10)  # type: ignore[attr-defined]

    names = [hit.feature.attributes["name"] for hit in hits]
    assert names[0] == "Xã Tân Châu"
    assert set(names) == {"Xã Tan Chau", "Xã Tân Châu", "Trường Tân Châu 2", "Xã Tân Chấu"}


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["tan chau", "TÂN CHÂU", "xa tan chau", "tan chua"])
def test_text_without_marks_or_with_a_slip_finds(typed: str) -> None:
    factories.make_plot("Xã Tân Châu")
    factories.make_plot("Bến Cầu")

    hits = registry.get("toy_plots").query(ANYONE).search(typed, 10)  # type: ignore[attr-defined]

    assert hits[0].feature.attributes["name"] == "Xã Tân Châu"


@pytest.mark.django_db
def test_of_equal_names_the_nearest_comes_first() -> None:
    factories.make_plot("Xã Tân Châu", lonlat=(105.5, 18.9))
    factories.make_plot("Xã Tân Châu", lonlat=(106.1, 11.5))

    hits = registry.get("toy_plots").query(ANYONE).search("tan chau", 1, (106.0, 11.0))  # type: ignore[attr-defined]

    assert hits[0].feature.lonlat[1] < 12
