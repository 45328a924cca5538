"""A rule built by the form alone: what a browser would post is read off the page, and comes back as the same rule."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.alerts.models import Alert, Maintenance, Rule
from layers.alerts.rules.body import parse
from layers.alerts.rules.written import number, press, pressed, read
from layers.core.errors import Invalid
from layers.core.viewer import Viewer
from tests.layers.alerts.conftest import above, body, make_rule, measure
from tests.toys import factories
from tests.toys.models import ToyVisit

Ask = Callable[[Viewer], Any]


class Posted(HTMLParser):
    """What a browser posts of a page's forms, by the fields' names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.faulty: set[str] = set()
        self._area = self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if given.get("aria-invalid"):
            self.faulty.add(name)
        if tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.fields.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "textarea":
            self._area, self.fields[name] = name, [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.fields):
            self.fields[self._select] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self._area] = [self.fields[self._area][0].removeprefix("\n")]
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][0] += data


@pytest.fixture
def overseer(unit: Any) -> Viewer:
    """Oversees rules and sees the toys of a unit."""
    return factories.make_viewer("environment", "toy_watcher", units=(unit,))


class Desk:
    """A person at the form: fields are filled in, buttons pressed."""

    def __init__(self, ask: Any, path: str = "/alerts/rules/new") -> None:
        self.ask, self.path = ask, path
        self.page = ask.get(path).content.decode()
        self.fields = Posted(self.page).fields

    def press(self, do: str, **filled: str) -> Any:
        """Fill in by place, press, and look at what comes back."""
        answer = self.ask.form(self.path, {**self.fields, **filled, "do": do})
        if answer.status_code == 302:
            self.path = answer["Location"].split("?")[0]
            answer = self.ask.get(answer["Location"])
        self.page = answer.content.decode()
        self.fields = Posted(self.page).fields
        return answer

    def fill(self, place: str, value: str) -> "Desk":
        """One field, by its place."""
        self.fields[place] = [value]
        return self

    @property
    def json(self) -> Any:
        """The rule as the page shows it to experts."""
        return json.loads(self.fields["body"][0])


def held(minutes: float, of: Any) -> dict[str, Any]:
    """A condition that has to hold."""
    return {"held": {"for_min": minutes, "of": of}}


HIGH = above(5)["when"]
RULES = [
    body(),
    body(above(5.25, clear=4.5), above(9, "extreme"), lower_min=30, auto_clear=False),
    body({"severity": "minor", "when": {"threshold": {"metric": "score", "op": "<", "value": "commune", "margin": 2}}}),
    body({"severity": "minor", "when": held(15, {"all": [HIGH, {"silent": {"metric": "score", "for_min": 30}}]})}),
    body({"severity": "minor", "when": {"any": [held(0.5, HIGH), {"all": [HIGH, held(3, {"any": [HIGH, HIGH]})]}]}}),
    body(
        {
            "severity": "moderate",
            "when": {
                "all": [
                    {"change": {"metric": "score", "way": "falls", "by": 0.5, "within_min": 180}},
                    {"hours": {"days": [1, 2, 5], "from": "22:00", "to": "06:00"}},
                    {"hours": {"from": "07:30", "to": "24:00"}},
                ]
            },
        }
    ),
    body(
        target={"filter": "kind = 'one'", "features": [1, 2], "units": ["25459"]},
        escalation=[
            {"after_min": 0, "roles": ["environment", "stranger"]},
            {"after_min": 30, "emails": ["a@b.vn", "c@d.vn"], "webhooks": ["https://sms.example.vn/gui"]},
        ],
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize("content", RULES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_the_form_shows_is_the_rule_it_posts(content: Any, language: str, ask: Ask, unit: Any) -> None:
    make_rule(content)
    reader = factories.make_viewer("environment", "toy_watcher", units=(unit,), language=language)

    desk = Desk(ask(reader), "/alerts/rules/scores")

    assert parse(read(desk.fields).content) == parse(content)


@pytest.mark.django_db
def test_a_rule_of_two_conditions_and_a_duration_is_built_tried_saved_and_switched_on(
    visit: ToyVisit, ask: Ask, overseer: Viewer
) -> None:
    now = timezone.now()
    measure(visit, now - timedelta(hours=5), 7)
    measure(visit, now - timedelta(hours=3), 1)
    desk = Desk(ask(overseer)).fill("layer", "toy_visits")
    desk.press("look")
    desk.fill("levels[0].when.threshold.value", "5,5").fill("levels[0].when.held.for_min", "15")
    desk.press("add:levels[0].when:silent")
    desk.fill("levels[0].when.all[1].silent.for_min", "30")
    desk.fill("levels[0].when.all[1].kind", "hours")
    desk.press("look")
    desk.fill("levels[0].when.all[1].hours.from", "00:00").fill("levels[0].when.all[1].hours.to", "24:00")
    desk.fill("escalation[0].roles", "environment")

    desk.press("try", title_vi="Điểm cao", title_en="High score", reason="Thử")

    assert "Nếu đã bật: 1 cảnh báo" in desk.page
    assert "điểm từ 5,5 trở lên liên tục 15 phút và lúc 00:00–24:00" in desk.page
    assert not Rule.objects.exists()
    desk.press("save")
    rule = Rule.objects.get()
    assert (rule.slug, rule.is_on) == ("diem-cao", False)
    assert rule.versions.get().body["levels"] == [
        {
            "severity": "severe",
            "when": {"all": [held(15, above(5.5)["when"]), {"hours": {"from": "00:00", "to": "24:00"}}]},
        }
    ]
    desk.press("on")
    rule.refresh_from_db()
    assert rule.is_on


@pytest.mark.django_db
def test_what_is_not_saved_is_not_switched_on(ask: Ask, overseer: Viewer) -> None:
    make_rule(is_on=False)
    desk = Desk(ask(overseer), "/alerts/rules/scores").fill("levels[0].when.threshold.value", "8")

    answer = desk.press("on")

    assert answer.status_code == 422
    assert "Lưu trước khi bật" in desk.page
    assert desk.json["levels"][0]["when"]["threshold"]["value"] == 8
    assert not Rule.objects.get().is_on


@pytest.mark.django_db
def test_a_fault_stands_at_its_field_and_what_was_typed_stays(ask: Ask, overseer: Viewer) -> None:
    desk = Desk(ask(overseer)).fill("layer", "toy_visits").fill("levels[0].when.threshold.value", "năm")
    desk.press("add:levels[0].when:hours")
    place = "levels[0].when.all[0].threshold.value"
    assert Posted(desk.page).faulty == {place}
    assert desk.fields[place] == ["năm"]

    answer = desk.fill("levels[0].when.all[1].hours.from", "25:00").press("save")

    assert answer.status_code == 422
    hours = "levels[0].when.all[1].hours.from"
    assert Posted(desk.page).faulty == {place, hours, "title_vi", "title_en", "reason"}
    assert "<code>levels" not in desk.page


@pytest.mark.django_db
def test_json_that_was_typed_becomes_the_form(ask: Ask, overseer: Viewer) -> None:
    make_rule()
    desk = Desk(ask(overseer), "/alerts/rules/scores")

    deep = HIGH
    for _ in range(24):
        deep = {"any": [deep]}
    assert desk.fill("body", json.dumps(body({"severity": "minor", "when": deep}))).press("save").status_code == 422
    assert "sâu quá 8 tầng" in desk.page

    desk.fill("body", json.dumps(body(above(7, clear=6), above(9, "extreme")))).press("look")

    assert desk.fields["levels[1].when.threshold.value"] == ["9"]
    assert desk.fields["levels[0].when.threshold.clear"] == ["6"]
    for wrong in ("{", "[" * 100 + "]" * 100, "[" * 100_000):
        desk.fill("body", wrong).press("save")
        assert "Không phải JSON" in desk.page
    assert desk.fields["levels[1].when.threshold.value"] == ["9"]
    assert Rule.objects.get().versions.count() == 1


@pytest.mark.django_db
def test_a_feature_is_found_by_its_name_and_only_by_who_sees_it(
    visit: ToyVisit, ask: Ask, overseer: Viewer, unit: Any
) -> None:
    make_rule()
    desk = Desk(ask(overseer), "/alerts/rules/scores").fill("find_features", "tram thu")
    desk.press("look")
    assert "Trạm thử" in desk.page

    desk.fill("target.features", str(visit.pk)).fill("find_features", "").press("look")

    assert desk.json["target"] == {"features": [visit.pk]}
    assert "Theo dõi Trạm thử của lớp Lượt đến thử." in desk.page
    elsewhere = Desk(ask(factories.make_viewer("environment", "toy_watcher")), "/alerts/rules/scores")
    elsewhere.fill("find_features", "tram thu").press("look")
    assert "Trạm thử" not in elsewhere.page


@pytest.mark.django_db
def test_maintenance_is_set_and_ended(ask: Ask, overseer: Viewer) -> None:
    rule = make_rule()
    desk = Desk(ask(overseer), "/alerts/rules/scores")
    assert desk.press("mute", mute_until="yesterday").status_code == 422
    assert Posted(desk.page).faulty == {"mute_until", "mute_reason"}
    day = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")

    desk.press("mute", mute_until=day, mute_reason="Hiệu chuẩn")

    muted = Maintenance.objects.get()
    assert (muted.rule, muted.reason, muted.by_id) == (rule, "Hiệu chuẩn", overseer.user_id)
    desk.press(f"unmute:{muted.pk}")
    muted.refresh_from_db()
    assert muted.ends_at <= timezone.now()
    assert not Alert.objects.exists()


def test_conditions_are_added_around_into_and_away() -> None:
    one = body()

    two = pressed(one, "add:levels[0].when:silent", "score")
    same = pressed(two, "add:levels[0].when.all:hours", "score")
    back = pressed(pressed(two, "remove:levels[0].when.all[1]", "score"), "nothing:levels", "score")

    assert two["levels"][0]["when"] == {"all": [HIGH, {"silent": {"metric": "score", "for_min": 60}}]}
    assert same == two  # a group is named by where it stands
    assert pressed(two, "add:levels[0].when:any", "score")["levels"][0]["when"]["all"][2].keys() == {"any"}
    assert back == one
    assert [one["severity"] for one in pressed(two, "level", "score")["levels"]] == ["severe", "extreme"]
    assert pressed(one, "add:levels[7].when:silent", "score") == one


@pytest.mark.parametrize(
    ("text", "value"),
    [("3,5", 3.5), ("3.5", 3.5), ("-2", -2), ("1.500", None), ("0.125", 0.125), ("x", None), ("", None)],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    assert number(text) == value


STEPS = ("levels", "[0]", "[1]", ".when", ".kind", ".all", ".threshold", ".held", ".of", ".for_min", ".value", ".days")
NAMES = st.lists(st.sampled_from([*STEPS, "escalation", ".roles", "target", ".features", ".units"]), max_size=8)
VALUES = st.sampled_from(["", "1", "²", "x", "threshold", "all", "hours", "1.500"])


@settings(deadline=None)  # a busy machine is no fault
@given(st.dictionaries(NAMES.map("".join), st.lists(VALUES, max_size=3), max_size=8))
def test_whatever_is_posted_is_read_or_named(fields: dict[str, list[str]]) -> None:
    written = read(fields)

    json.dumps(press(written, "add:levels[0].when:any", "score").content)
    with suppress(Invalid):
        parse(written.content)
