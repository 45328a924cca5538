"""The rules' pages: who opens them, what is saved, what is tried, how faults are said."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from layers.alerts.models import Rule, RuleVersion
from layers.core.viewer import Viewer
from tests.layers.alerts.conftest import body, make_rule, measure
from tests.toys import factories
from tests.toys.models import ToyVisit

pytestmark = pytest.mark.django_db

Ask = Callable[[Viewer], Any]


@pytest.fixture
def overseer(unit: Any) -> Viewer:
    """Oversees rules and sees the toys of a unit."""
    return factories.make_viewer("environment", "toy_watcher", units=(unit,))


def fields(content: Any = None, **more: str) -> dict[str, str]:
    """The form."""
    text = content if isinstance(content, str) else json.dumps(content or body())
    given = {
        "title_vi": "Điểm cao",
        "title_en": "High",
        "layer": "toy_visits",
        "body": text,
        "reason": "Thử",
        "days": "30",
    }
    return {"do": "save", **given, **more}


def test_only_overseers_find_the_pages(ask: Ask, anyone: Any, overseer: Viewer) -> None:
    make_rule()

    for address in ("/alerts/rules", "/alerts/rules/new", "/alerts/rules/scores"):
        assert anyone.get(address).status_code == 404
        assert ask(factories.make_viewer("operator")).get(address).status_code == 404
        assert ask(overseer).get(address).status_code == 200


def test_a_new_rule_is_off_and_a_changed_one_is_a_new_version(ask: Ask, overseer: Viewer) -> None:
    page = ask(overseer)

    assert page.form("/alerts/rules/new", fields(slug="diem-cao")).status_code == 302
    page.form("/alerts/rules/diem-cao", fields(body(valid_min=30), reason="Ngắn hơn"))
    page.form("/alerts/rules/diem-cao", fields(body(valid_min=30), title_vi="Tên khác"))

    rule = Rule.objects.get()
    assert (rule.is_on, rule.title_vi) == (False, "Tên khác")
    versions = RuleVersion.objects.order_by("number")
    assert [(one.number, one.reason, one.by_id) for one in versions] == [
        (1, "Thử", overseer.user_id),
        (2, "Ngắn hơn", overseer.user_id),
    ]
    page.form("/alerts/rules/diem-cao", {"do": "on"})
    rule.refresh_from_db()
    assert rule.is_on


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (fields("{", slug="x-1"), "Không phải JSON"),
        (fields({"levels": []}, slug="x-1"), "levels"),
        (fields(slug="X"), "Cần chữ thường"),
        (fields(slug="x-1", reason=""), "reason"),
        (fields(do="try", layer="nowhere"), "nowhere"),
        (fields(do="try", days="91"), "90"),
    ],
)
def test_faults_are_said_on_the_page_and_nothing_is_saved(
    wrong: dict[str, str], words: str, ask: Ask, overseer: Viewer
) -> None:
    answer = ask(overseer).form("/alerts/rules/new", wrong)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Rule.objects.exists()


def test_a_rule_is_tried_on_the_past_before_it_is_saved(visit: ToyVisit, ask: Ask, overseer: Viewer) -> None:
    now = timezone.now()
    measure(visit, now - timedelta(hours=5), 7)
    measure(visit, now - timedelta(hours=3), 1)

    page = ask(overseer).form("/alerts/rules/new", fields(do="try")).content.decode()

    assert "Nếu đã bật: 1 cảnh báo" in page
    assert "Trạm thử" in page
    assert "2 giờ" in page
    assert "Cảnh báo mức Nghiêm trọng khi điểm từ 5 trở lên." in page
    assert not Rule.objects.exists()


def test_the_pages_speak_english(ask: Ask, overseer: Viewer) -> None:
    make_rule(layer="nowhere", idle_en="There is no layer “nowhere”.")

    page = ask(overseer).get("/alerts/rules", {"lang": "en"}).content.decode()

    assert "Alert rules" in page
