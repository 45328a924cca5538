"""A steward's upload through the browser's door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from layers.audit.models import AuditEntry
from layers.core import ANYONE, Viewer, registry
from tests.layers.exchange.conftest import STEWARD
from tests.layers.exchange.test_formats import collection, feature, point
from tests.toys.door import given

pytestmark = pytest.mark.django_db

BODY = collection(feature(point(), "a", name="Tân Châu"), feature(point(106.5), "b", name="Tân Biên"))
Send = Callable[..., Any]


@pytest.fixture
def send() -> Send:
    """`send(viewer, name, content, layer="slug", …)` posts the form."""

    def post(viewer: Viewer, name: str = "xã.geojson", content: str = BODY, **fields: str) -> Any:
        file = SimpleUploadedFile(name, content.encode())
        client = Client(raise_request_exception=False)
        return client.post("/api/imports", {"file": file, "layer": "xa_thu", **fields}, **given(viewer))

    return post


def test_a_stewards_file_is_a_layer_and_the_answer_is_the_report(send: Send) -> None:
    answer = send(STEWARD, title_vi="Xã thử", title_en="Trial communes")

    body = answer.json()
    assert (answer.status_code, body["created"], body["file"]) == (200, 2, "xã.geojson")
    assert registry.visible(body["layer"], STEWARD).title.en == "Trial communes"
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_what_was_brought_and_by_whom_is_in_the_access_log(send: Send) -> None:
    body = send(STEWARD).json()

    entry = AuditEntry.objects.get(action="import")
    assert (entry.login, entry.layer, entry.detail["created"]) == ("steward", body["layer"], 2)


@pytest.mark.parametrize("viewer", [ANYONE, Viewer(user="leader", roles=frozenset({"leader"}))])
def test_others_are_refused(send: Send, viewer: Viewer) -> None:
    answer = send(viewer)

    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_a_file_that_cannot_be_used_answers_422_with_the_fault_and_the_report(send: Send) -> None:
    answer = send(STEWARD, content="{")

    body = answer.json()
    assert (answer.status_code, body["error"], body["field"]) == (422, "import_failed", "file")
    assert "cut off" in body["message"]["en"]
    assert body["problems"][0]["file"] == "xã.geojson"


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"colour": "red"}, "unknown_parameter", "colour"),
        ({"layer": ""}, "bad_request", "layer"),
        ({"layer": "Không Phải Slug"}, "bad_request", "layer"),
        ({"access": "public,steward"}, "bad_request", "access"),
    ],
)
def test_a_wrong_field_is_named(send: Send, fields: dict[str, str], error: str, field: str) -> None:
    answer = send(STEWARD, **fields)

    body = answer.json()
    assert (answer.status_code, body["error"], body["field"]) == (400, error, field)
    assert sorted(body["message"]) == ["en", "vi"]


def test_an_unknown_dataset_is_404_and_a_file_too_large_names_the_command(send: Send, settings: Any) -> None:
    assert send(STEWARD, layer="d-999999").status_code == 404

    settings.GEO_IOC_UPLOAD_MAX_MB = 0
    answer = send(STEWARD, content="x" * 100)

    assert answer.status_code == 413
    assert "import_features xa_thu" in answer.json()["message"]["en"]


def test_the_name_of_an_upload_leads_nowhere(send: Send) -> None:
    answer = send(STEWARD, name="../../etc/a.geojson")

    assert answer.json()["file"] == "a.geojson"
