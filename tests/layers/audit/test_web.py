"""Who may read the access log, and how it is paged."""

import pytest

from layers.audit import record
from layers.audit.models import AuditEntry
from layers.core.viewer import ANYONE, Viewer

pytestmark = pytest.mark.django_db

AUDITOR = Viewer(user="auditor", user_id=3, roles=frozenset({"auditor"}))
OFFICER = Viewer(user="land_officer", user_id=7, roles=frozenset({"land_officer"}))


@pytest.fixture
def read(ask):
    """`read(viewer, **query)`: status and body of the answer."""

    def get(viewer: Viewer, **query: object):
        response = ask(viewer).get("/api/audit", query)
        return response.status_code, response.json()

    return get


@pytest.mark.parametrize("viewer", [ANYONE, OFFICER])
def test_the_log_is_not_there_for_those_who_do_not_check_it(viewer, read):
    status, body = read(viewer)

    assert (status, body["error"]) == (404, "not_found")


def test_an_auditor_finds_who_saw_a_feature_and_why(read):
    record(OFFICER, "reveal", layer="parcel_cases", feature_id=9, purpose="Hồ sơ 12")
    record(OFFICER, "reveal", layer="parcel_cases", feature_id=10)

    status, body = read(AUDITOR, layer="parcel_cases", feature="9", user="land_officer")

    assert status == 200
    [entry] = body["entries"]
    assert (entry["user"], entry["action"], entry["feature"]) == ("land_officer", "reveal", 9)
    assert (entry["purpose"], entry["roles"]) == ("Hồ sơ 12", ["land_officer"])
    assert body["next"] is None


def test_pages_follow_one_another_without_gap_or_repeat(read):
    written = [record(OFFICER, "paged", layer="cameras").sequence for _ in range(5)]

    found, before = [], None
    while True:
        _, body = read(AUDITOR, action="paged", limit=2, **({"before": before} if before else {}))
        found += [entry["sequence"] for entry in body["entries"]]
        if (before := body["next"]) is None:
            break

    assert found == written[::-1]


def test_reading_the_log_is_an_entry_of_the_log(read):
    read(AUDITOR, user="land_officer")

    entry = AuditEntry.objects.first()
    assert (entry.login, entry.action, entry.detail) == ("auditor", "read_audit", {"login": "land_officer"})


def test_a_time_bounds_the_entries(read):
    first = record(OFFICER, "bounded", layer="cameras")
    second = record(OFFICER, "bounded", layer="cameras")

    _, body = read(AUDITOR, action="bounded", since=first.at.isoformat(), until=second.at.isoformat())

    assert [entry["sequence"] for entry in body["entries"]] == [first.sequence]


@pytest.mark.parametrize(
    ("query", "slug", "field"),
    [
        ({"usr": "x"}, "unknown_parameter", "usr"),
        ({"limit": "501"}, "bad_request", "limit"),
        ({"limit": "²"}, "bad_request", "limit"),
        ({"before": "-1"}, "bad_request", "before"),
        ({"since": "2026-01-31"}, "bad_request", "since"),
        ({"since": "2026-13-31T00:00:00Z"}, "bad_request", "since"),
        ({"user": "a\0"}, "bad_request", "user"),
    ],
)
def test_a_parameter_that_cannot_be_understood_is_named(query, slug, field, read):
    status, body = read(AUDITOR, **query)

    assert (status, body["error"], body["field"]) == (400, slug, field)
    assert body["message"]["vi"]
    assert body["message"]["en"]
