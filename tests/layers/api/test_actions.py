"""Actions: the right viewer, a checked form, a locked row; done once however often they are sent."""

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from layers.api.models import IdempotentReply
from layers.api.panel import answer_schema
from layers.core import Viewer
from tests.toys import factories
from tests.toys.models import ToyVisit

pytestmark = pytest.mark.django_db


def act(visit: ToyVisit, name: str) -> str:
    return f"/api/layers/toy_visits/features/{visit.pk}/actions/{name}"


def test_an_action_answers_the_panel_as_it_is_then(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)

    answer = ask(keeper).post(act(visit, "finish"), {"score": 7})

    assert answer.status_code == 200, answer.content
    visit.refresh_from_db()
    assert (visit.done, visit.score) == (True, 7.0)
    assert dict(answer.json()["blocks"][1]["rows"])["Đã xong"] is True


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({}, "score", "This field is required."),
        ({"score": "cao"}, "score", "A number is needed."),
        ({"score": 13}, "score", "Not 13."),
        ({"score": 1, "extra": 2}, "extra", "The form has no field “extra”."),
    ],
)
def test_a_wrong_form_is_refused_field_by_field(
    form: dict[str, Any], field: str, words: str, unit: Any, keeper: Viewer, ask: Callable[..., Any]
) -> None:
    visit = factories.make_visit(commune=unit)

    answer = ask(keeper).post(act(visit, "finish"), form)

    assert answer.status_code == 422
    assert answer.json()["fields"][field]["en"] == words
    visit.refresh_from_db()
    assert visit.done is False


def test_what_may_not_be_done_is_refused_and_what_may_not_be_seen_is_not_there(
    unit: Any, other_unit: Any, keeper: Viewer, watcher: Viewer, anyone: Any, ask: Callable[..., Any]
) -> None:
    own = factories.make_visit(commune=unit)
    far = factories.make_visit(commune=other_unit)

    assert ask(watcher).post(act(own, "finish"), {"score": 1}).status_code == 403
    assert ask(keeper).post(act(far, "finish"), {"score": 1}).json()["error"] == "unknown_feature"
    assert anyone.post(act(own, "finish"), {"score": 1}).json()["error"] == "unknown_layer"
    assert ask(keeper).post(act(own, "paint"), {}).json()["error"] == "unknown_action"


def test_a_state_that_does_not_allow_it_is_a_conflict(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit, done=True)

    answer = ask(keeper).post(act(visit, "finish"), {"score": 1})

    assert (answer.status_code, answer.json()["message"]["en"]) == (409, "This visit is done already.")


def test_an_action_that_removes_the_feature_says_so(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)

    first, second = (ask(keeper).post(act(visit, "discard"), {}, idempotency_key="gone") for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert [block["type"] for block in first.json()["blocks"]] == ["note"]
    jsonschema_rs.validate(answer_schema(), first.json())
    assert not ToyVisit.objects.filter(pk=visit.pk).exists()


def test_a_form_may_come_as_multipart(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)

    answer = ask(keeper).form(act(visit, "finish"), {"score": "4.5"})

    assert answer.status_code == 200, answer.content
    visit.refresh_from_db()
    assert visit.score == 4.5


def test_the_same_key_does_it_once(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)
    client = ask(keeper)

    first, second = (client.post(act(visit, "finish"), {"score": 7}, idempotency_key="k1") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)  # without the key the second would be a conflict
    assert first.json()["blocks"] == second.json()["blocks"]
    visit.refresh_from_db()
    assert visit.version == 2


def test_the_same_key_for_something_else_is_refused(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)
    client = ask(keeper)
    client.post(act(visit, "finish"), {"score": 7}, idempotency_key="k1")

    answer = client.post(act(visit, "finish"), {"score": 8}, idempotency_key="k1")

    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


def test_a_refused_request_leaves_its_key_free(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)
    client = ask(keeper)

    refused = client.post(act(visit, "finish"), {"score": "cao"}, idempotency_key="k1")
    accepted = client.post(act(visit, "finish"), {"score": 7}, idempotency_key="k1")

    assert (refused.status_code, accepted.status_code) == (422, 200)


def test_a_key_belongs_to_who_used_it(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)
    other = factories.make_viewer("toy_keeper", units=(unit,))
    ask(keeper).post(act(visit, "finish"), {"score": 7}, idempotency_key="k1")

    assert ask(other).post(act(visit, "finish"), {"score": 7}, idempotency_key="k1").status_code == 409


def test_no_panel_is_kept_with_the_key(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit("Tên riêng", commune=unit)

    ask(keeper).post(act(visit, "finish"), {"score": 7}, idempotency_key="k1")

    assert IdempotentReply.objects.get().body == ""


def test_a_request_still_being_carried_out_is_a_conflict(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)
    client = ask(keeper)
    client.post(act(visit, "finish"), {"score": 7}, idempotency_key="k1")
    IdempotentReply.objects.update(status=None)

    answer = client.post(act(visit, "finish"), {"score": 7}, idempotency_key="k1")

    assert (answer.status_code, answer.json()["error"]) == (409, "in_progress")
