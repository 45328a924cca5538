"""The layer: who sees which alert, what its panel shows, what people do with it, and who is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from layers.admin_units.models import AdminUnit
from layers.alerts.evaluate.run import Evaluator
from layers.alerts.models import Alert, Maintenance
from layers.core.viewer import UNASSIGNED, Viewer
from layers.notices.models import Notice
from tests.layers.alerts.conftest import above, body, make_rule, measure
from tests.toys import factories
from tests.toys.models import ToyVisit

pytestmark = pytest.mark.django_db

EMAILS = [{"after_min": 0, "emails": ["truc@example.vn"]}, {"after_min": 15, "emails": ["lanhdao@example.vn"]}]


@pytest.fixture
def raised(visit: ToyVisit) -> Alert:
    """An alert of a moment ago."""
    return raise_one(visit)


def raise_one(visit: ToyVisit, **more: Any) -> Alert:
    """A rule, a value above its limit, and what came of it."""
    now = timezone.now()
    make_rule(body(above(5), **more))
    evaluator = Evaluator()
    evaluator.turn(now - timedelta(minutes=2))
    measure(visit, now - timedelta(minutes=1), 7)
    evaluator.turn(now)
    return Alert.objects.get()


def viewer(*roles: str, units: frozenset[int] = frozenset({UNASSIGNED}), language: str = "vi") -> Viewer:
    """An account."""
    made = factories.make_viewer(*roles, language=language)
    return Viewer(user=made.user, user_id=made.user_id, roles=made.roles, units=units, language=language)


def path(alert: Alert, more: str = "") -> str:
    """The address of an alert."""
    return f"/api/layers/alerts/features/{alert.pk}{more}"


def test_guests_do_not_know_that_there_are_alerts(raised: Alert, anyone: Any) -> None:
    assert anyone.get(path(raised)).status_code == 404
    assert "alerts" not in {layer["id"] for layer in anyone.get("/api/layers").json()["layers"]}


def test_an_officer_sees_the_alerts_of_the_own_units_alone(raised: Alert, ask: Callable[[Viewer], Any]) -> None:
    commune = AdminUnit.objects.create(
        level="commune", code="25459", name="Phường thử", name_key="phuong thu", kind="ward", is_current=True
    )
    Alert.objects.update(commune=commune)

    assert ask(viewer("operator", units=frozenset({commune.pk}))).get(path(raised)).status_code == 200
    assert ask(viewer("operator", units=frozenset({commune.pk + 1}))).get(path(raised)).status_code == 404
    assert ask(viewer("land_officer", units=frozenset({commune.pk}))).get(path(raised)).status_code == 404


def test_the_panel_shows_the_number_its_limit_and_what_happened(
    raised: Alert, visit: ToyVisit, ask: Callable[[Viewer], Any], unit: Any
) -> None:
    who = viewer("operator", "toy_watcher", units=frozenset({UNASSIGNED, unit.pk}))

    panel = ask(who).get(path(raised, "/panel")).json()

    blocks = {block["type"]: block for block in panel["blocks"]}
    assert panel["title"] == "Điểm cao: Trạm thử"
    assert blocks["stat"]["band"] == "Nghiêm trọng"
    (line,) = blocks["chart"]["series"]
    assert [point[1] for point in line["points"]] == [7]
    assert {point[1] for point in line["limit"]} == {5}
    assert blocks["timeline"]["entries"][0]["title"] == "Phát cảnh báo"
    assert [link["id"] for link in blocks["related"]["features"]] == [visit.pk]
    assert [offer["name"] for offer in blocks["actions"]["actions"]] == ["acknowledge", "note", "close"]


def test_who_may_not_see_the_feature_sees_no_numbers_of_it(raised: Alert, ask: Callable[[Viewer], Any]) -> None:
    panel = ask(viewer("operator")).get(path(raised, "/panel")).json()

    assert not {"chart", "related"} & {block["type"] for block in panel["blocks"]}


def test_acknowledging_says_who_and_why_and_happens_once(raised: Alert, ask: Callable[[Viewer], Any]) -> None:
    operator = viewer("operator")

    answer = ask(operator).post(path(raised, "/actions/acknowledge"), {"text": "Đã gọi trạm"})

    assert answer.json()["state"]["text"] == "Đã tiếp nhận"
    entry = raised.entries.get(kind="acknowledged")
    assert (entry.by_id, entry.text) == (operator.user_id, "Đã gọi trạm")
    assert ask(operator).post(path(raised, "/actions/acknowledge"), {"text": "lại"}).status_code == 409
    assert ask(operator).post(path(raised, "/actions/close"), {"text": ""}).status_code == 422
    assert ask(viewer("leader")).post(path(raised, "/actions/note"), {"text": "x"}).status_code == 403


def test_a_closed_alert_is_opened_again_by_a_graver_level(visit: ToyVisit, ask: Callable[[Viewer], Any]) -> None:
    now = timezone.now()
    make_rule(body(above(5, "minor"), above(8, "extreme")))
    evaluator = Evaluator()
    evaluator.turn(now - timedelta(minutes=2))
    measure(visit, now - timedelta(minutes=1), 6)
    evaluator.turn(now)
    alert = Alert.objects.get()
    ask(viewer("operator")).post(path(alert, "/actions/close"), {"text": "Trạm đang rửa"})
    later = timezone.now()

    measure(visit, later + timedelta(minutes=1), 7)
    evaluator.turn(later + timedelta(minutes=1))
    alert.refresh_from_db()
    assert alert.state == "closed"
    measure(visit, later + timedelta(minutes=2), 9)
    evaluator.turn(later + timedelta(minutes=2))

    alert.refresh_from_db()
    assert (alert.state, alert.severity) == ("open", "extreme")


def test_steps_are_taken_one_after_the_other_until_somebody_acknowledges(
    visit: ToyVisit, ask: Callable[[Viewer], Any]
) -> None:
    alert = raise_one(visit, escalation=EMAILS)
    evaluator, now = Evaluator(), timezone.now()
    assert [notice.address for notice in Notice.objects.all()] == ["truc@example.vn"]

    evaluator.turn(now + timedelta(minutes=14))
    assert Notice.objects.count() == 1
    evaluator.turn(now + timedelta(minutes=16))

    assert sorted(notice.address for notice in Notice.objects.all()) == ["lanhdao@example.vn", "truc@example.vn"]
    assert alert.entries.filter(kind="told").count() == 2


def test_who_is_acknowledged_is_told_no_further(visit: ToyVisit, ask: Callable[[Viewer], Any]) -> None:
    alert = raise_one(visit, escalation=EMAILS)
    ask(viewer("operator")).post(path(alert, "/actions/acknowledge"), {"text": "Nhận"})

    Evaluator().turn(timezone.now() + timedelta(hours=1))

    assert Notice.objects.count() == 1


def test_under_maintenance_an_alert_is_recorded_and_told_when_it_ends(visit: ToyVisit) -> None:
    now = timezone.now()
    Maintenance.objects.create(
        layer="toy_visits",
        feature_id=visit.pk,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        reason="Hiệu chuẩn",
    )
    alert = raise_one(visit, escalation=EMAILS)
    assert alert.is_muted
    assert not Notice.objects.exists()

    Evaluator().turn(now + timedelta(minutes=61))

    alert.refresh_from_db()
    assert not alert.is_muted
    assert Notice.objects.count() == 1


def test_an_overseer_mutes_from_the_panel(raised: Alert, ask: Callable[[Viewer], Any]) -> None:
    until = timezone.localdate() + timedelta(days=2)
    asked = {"until": until.isoformat(), "text": "Hiệu chuẩn cảm biến"}

    assert ask(viewer("operator")).post(path(raised, "/actions/mute"), asked).status_code == 403
    assert ask(viewer("environment")).post(path(raised, "/actions/mute"), asked).status_code == 200

    muted = Maintenance.objects.get()
    assert (muted.rule_id, muted.feature_id, muted.reason) == (raised.rule_id, raised.feature_id, "Hiệu chuẩn cảm biến")
    past = {"until": "2020-01-01", "text": "x"}
    assert ask(viewer("environment")).post(path(raised, "/actions/mute"), past).status_code == 422


def test_a_wrong_address_keeps_nobody_else_from_hearing(visit: ToyVisit) -> None:
    steps = [{"after_min": 0, "emails": ["khong phai dia chi", "truc@example.vn"]}]

    alert = raise_one(visit, escalation=steps)

    assert [notice.address for notice in Notice.objects.all()] == ["truc@example.vn"]
    assert "khong phai dia chi" in alert.entries.get(kind="note").text


@override_settings(PEOPLE_OF="tests.layers.alerts.test_layer.people")
def test_a_role_means_the_accounts_that_hold_it(visit: ToyVisit) -> None:
    raise_one(visit, escalation=[{"after_min": 0, "roles": ["operator"]}])

    (notice,) = Notice.objects.all()
    assert (notice.address, notice.language) == ("operator@example.vn", "en")
    assert not mail.outbox


def people(role: str, unit_id: int | None) -> list[Any]:
    """One account."""
    user = factories.get_user_model().objects.create(username=f"p{role}", email=f"{role}@example.vn", language="en")
    return [user]


def test_a_control_room_hears_of_open_alarms_that_are_not_muted(raised: Alert, ask: Callable[[Viewer], Any]) -> None:
    screen = ask(viewer("wall"))
    declared = next(one for one in screen.get("/api/layers").json()["layers"] if one["id"] == "alerts")["alarms"]
    asked = {"filter": declared["when"], "sort": f"-{declared['since']}"}

    def told() -> list[int]:
        return [one["id"] for one in screen.get("/api/layers/alerts/features", asked).json()["features"]]

    assert told() == [raised.pk]
    Alert.objects.update(is_muted=True)
    assert told() == []
    Alert.objects.update(is_muted=False, state="acknowledged")
    assert told() == []
