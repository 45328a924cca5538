"""Search: words without accents find the thing itself first; persons only with a purpose and a trace."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from layers.api.search import named_score
from layers.audit.models import AuditEntry as Entry
from layers.core import Viewer, registry
from layers.core.search import Search
from tests.toys import factories

pytestmark = pytest.mark.django_db
RESTRICTED = "/api/layers/toy_visits/restricted-search"


def titles(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [hit["title"] for hit in answer.json()["hits"]]


@pytest.mark.parametrize("words", ["tan chau", "TÂN CHÂU", "Tân Châu", "xã tân châu"])
def test_the_thing_of_that_name_comes_before_things_named_after_it(anyone: Any, words: str) -> None:
    factories.make_plot("Trường THCS Tân Châu")
    factories.make_plot("Xã Tân Châu")
    factories.make_plot("Chợ Tân Châu Thành")
    factories.make_plot("Xã Bến Cầu")

    found = titles(anyone.get("/api/search", {"q": words}))

    assert found[0] == "Xã Tân Châu"
    assert set(found[1:]) == {"Trường THCS Tân Châu", "Chợ Tân Châu Thành"}


def test_a_hit_says_what_and_where_it_is(anyone: Any) -> None:
    plot = factories.make_plot("Đồng Rùm", commune=factories.make_unit("Xã Tân Thành"))

    (hit,) = anyone.get("/api/search", {"q": "dong rum", "lang": "en"}).json()["hits"]

    assert (hit["layer"], hit["id"], hit["subtitle"]) == ("toy_plots", plot.plot, "Toy plots · Xã Tân Thành")
    assert hit["bbox"] == pytest.approx([106.1, 11.3, 106.11, 11.31])
    assert hit["lonlat"] == pytest.approx([106.105, 11.305])


def test_coordinates_are_a_place_and_no_words(anyone: Any) -> None:
    answer = anyone.get("/api/search", {"q": "11,5560 106,1610", "lang": "vi"}).json()

    assert answer["hits"] == []
    assert answer["places"] == [
        {"title": "11,556000° B · 106,161000° Đ", "subtitle": "WGS 84", "lonlat": [106.161, 11.556]}
    ]


def test_metres_are_placed_in_the_zones_of_the_province(anyone: Any) -> None:
    answer = anyone.get("/api/search", {"q": "1278036.224 571898.809", "lang": "en"}).json()

    assert answer["places"][0]["subtitle"] == "VN-2000, central meridian 105°30′ (EPSG:9209)"
    assert answer["places"][0]["lonlat"] == pytest.approx([106.161, 11.556], abs=1e-7)


def test_search_sees_what_the_viewer_sees(
    unit: Any, other_unit: Any, anyone: Any, keeper: Viewer, ask: Callable[..., Any]
) -> None:
    factories.make_visit("Lượt kiểm tra", commune=unit)
    factories.make_visit("Lượt kiểm tra xa", commune=other_unit)

    assert titles(anyone.get("/api/search", {"q": "luot kiem tra"})) == []
    assert titles(ask(keeper).get("/api/search", {"q": "luot kiem tra"})) == ["Lượt kiểm tra"]


def test_what_one_viewer_sees_is_not_found_by_the_next(
    unit: Any, other_unit: Any, keeper: Viewer, ask: Callable[..., Any]
) -> None:
    factories.make_visit("Lượt kiểm tra", commune=unit)
    factories.make_visit("Lượt kiểm tra xa", commune=other_unit)
    other = factories.make_viewer("toy_keeper", units=(other_unit,))

    found = [titles(ask(viewer).get("/api/search", {"q": "luot kiem tra"})) for viewer in (keeper, other, keeper)]

    assert found == [["Lượt kiểm tra"], ["Lượt kiểm tra xa"], ["Lượt kiểm tra"]]


def test_signs_of_a_pattern_in_the_words_are_no_pattern(anyone: Any) -> None:
    factories.make_plot("Tổ 7")

    assert titles(anyone.get("/api/search", {"q": "t%7 {n} <rows>"})) == []
    assert titles(anyone.get("/api/search", {"q": "tổ_7%"})) == ["Tổ 7"]


def test_a_hidden_attribute_is_not_searched(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    factories.make_visit("Lượt", commune=unit, phone="0905123456")

    assert titles(ask(keeper).get("/api/search", {"q": "0905123456"})) == []


def test_datasets_are_searched(anyone: Any) -> None:
    factories.make_dataset(rows=2)
    registry.changed("@toys")

    assert titles(anyone.get("/api/search", {"q": "chau 1"}))[0] == "Chậu 1"


def test_of_equal_hits_the_nearest_comes_first(anyone: Any) -> None:
    west = factories.make_plot("Chợ Mới", (105.8, 11.3))
    east = factories.make_plot("Chợ Mới", (106.6, 11.3))

    found = {
        near: [hit["id"] for hit in anyone.get("/api/search", {"q": "cho moi", "near": near}).json()["hits"]]
        for near in ("105.7,11.3", "106.7,11.3")
    }

    assert found == {"105.7,11.3": [west.plot, east.plot], "106.7,11.3": [east.plot, west.plot]}
    assert anyone.get("/api/search", {"q": "cho moi", "near": "bắc"}).json()["field"] == "near"


def test_two_letters_find_words_that_begin_with_them(anyone: Any) -> None:
    factories.make_plot("Gò Dầu")
    factories.make_plot("Chợ Gò")
    factories.make_plot("Ngò Gai")

    assert set(titles(anyone.get("/api/search", {"q": "go"}))) == {"Gò Dầu", "Chợ Gò"}


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "'", "!!!", "\\", "a" * 200, "🙂"])
def test_odd_words_find_nothing_and_break_nothing(anyone: Any, words: str) -> None:
    factories.make_plot("Thửa")

    assert titles(anyone.get("/api/search", {"q": words})) == []


def test_too_long_a_question_is_refused(anyone: Any) -> None:
    answer = anyone.get("/api/search", {"q": "a" * 201})

    assert (answer.status_code, answer.json()["field"]) == (400, "q")


def test_a_slow_layer_does_not_hold_up_the_others(anyone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_plot("Thửa")
    monkeypatch.setattr("layers.api.search.SEARCH_S", 0.0)

    answer = anyone.get("/api/search", {"q": "thua"}).json()

    assert answer == {"places": [], "hits": [], "partial": True}


def test_a_slow_layer_is_missed_and_no_other(
    unit: Any, keeper: Viewer, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_plot("Trường học của thửa")
    factories.make_visit("Trường học của lượt", commune=unit)
    slow = Search("name", parse=lambda text: Q(RawSQL("pg_sleep(2)::text = ''", [], BooleanField())))
    monkeypatch.setattr(registry.get("toy_visits"), "search", slow)
    monkeypatch.setattr("layers.api.search.SEARCH_LAYER_S", 0.5)

    answer = ask(keeper).get("/api/search", {"q": "truong hoc cua"}).json()

    assert answer["partial"]
    assert [hit["title"] for hit in answer["hits"]] == ["Trường học của thửa"]


def test_among_very_many_the_one_that_begins_with_the_words_is_found(
    anyone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        factories.make_plot(f"Hẻm {number} đường Bến Kéo")
    factories.make_plot("Bến Kéo")
    monkeypatch.setattr("layers.core.search.CANDIDATES", 3)

    assert titles(anyone.get("/api/search", {"q": "ben keo"}))[0] == "Bến Kéo"


def test_the_whole_name_outranks_likeness() -> None:
    assert named_score("Xã Tân Châu", "tan chau", 0.87) > named_score("Trường Tân Châu", "tan chau", 0.87)
    assert named_score("Xã Tân Châu", "Tân Châu", 0.97) == named_score("Tân Châu", "Tân Châu", 1.0) == 1.0
    assert named_score("Xã Tân Châu", "Tân Châu", 0.97) > named_score("Xã Tân Châu", "tan chau", 0.87)


def test_a_person_is_found_only_with_a_purpose_and_a_trace(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit("Lượt", commune=unit, phone="0905123456")
    wanted = {"field": "phone", "value": "0905123456", "purpose": "xác minh phản ánh 17"}

    answer = ask(keeper).post(RESTRICTED, wanted)

    assert [hit["id"] for hit in answer.json()["hits"]] == [visit.pk]
    entry = Entry.objects.get()
    assert (entry.action, entry.layer, entry.purpose) == ("restricted_search", "toy_visits", "xác minh phản ánh 17")
    assert "0905123456" not in str(entry.detail)


def test_another_units_person_is_not_found(unit: Any, other_unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    factories.make_visit(commune=other_unit, phone="0905123456")

    answer = ask(keeper).post(RESTRICTED, {"field": "phone", "value": "0905123456", "purpose": "xác minh"})

    assert answer.json()["hits"] == []


@pytest.mark.parametrize("field", ["phone", "no_such"])
def test_who_may_not_search_persons_is_refused_and_noted(field: str, watcher: Viewer, ask: Callable[..., Any]) -> None:
    answer = ask(watcher).post(RESTRICTED, {"field": field, "value": "0905123456", "purpose": "tò mò thôi"})

    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    assert Entry.objects.get().action == "restricted_search_refused"


def test_a_layer_that_is_not_visible_is_not_searched(anyone: Any) -> None:
    answer = anyone.post(RESTRICTED, {"field": "phone", "value": "0905123456", "purpose": "xác minh"})

    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_layer")
    assert not Entry.objects.exists()


def test_a_purpose_is_needed(keeper: Viewer, ask: Callable[..., Any]) -> None:
    answer = ask(keeper).post(RESTRICTED, {"field": "phone", "value": "0905123456"})

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["purpose"])
