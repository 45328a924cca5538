"""A file with land users: two land administrators, a day, once; nobody else, and every step in the access log."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from geo_ioc.accounts.models import Area, Role, User
from geo_ioc.accounts.roles import MACHINES, PEOPLE
from geo_ioc.accounts.scope import viewer_of_user
from land_records.models import Party, PersonExport
from layers.admin_units.models import AdminUnit
from layers.audit.models import AuditEntry
from layers.core import ANYONE, Viewer
from layers.core.viewer import HOUSE
from tests.conftest import As
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planted import BANK, HOME, NAME, NUMBER, REGISTRY, SERIAL, leaks, plant

URL = "/api/land/exports"
WANTED = {"purpose": "Đối soát hồ sơ theo quyết định 12", "communes": WARD}


@pytest.fixture
def users(communes: dict[str, AdminUnit]) -> dict[str, User]:
    """Two land administrators of the ward, one of the other commune, with parcels in both."""
    plant(communes[WARD])
    plant(communes[COMMUNE], 126)
    made = {}
    for name, code in (("an", WARD), ("binh", WARD), ("chi", COMMUNE)):
        made[name] = User.objects.create_user(name, password="một câu rất dài")
        made[name].roles.set(Role.objects.filter(slug="land_admin"))
        Area.objects.create(user=made[name], unit=communes[code])
    return made


@pytest.fixture
def as_user(users: dict[str, User]) -> Callable[[str], As]:
    """`as_user(name)`: asks as the account is now."""
    return lambda name: As(viewer_of_user(User.objects.get(username=name)))


AsUser = Callable[[str], As]


def asked(as_user: AsUser, **more: str) -> int:
    answer = as_user("an").post(URL, {**WANTED, **more})
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def agreed(as_user: AsUser) -> int:
    number = asked(as_user)
    answer = as_user("binh").post(f"{URL}/{number}/approve")
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    return number


def taken(as_user: AsUser, number: int, name: str = "an", form: str = "csv") -> Any:
    return as_user(name).post(f"{URL}/{number}/file", {"format": form})


def body_of(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def test_two_administrators_make_one_file(as_user: AsUser) -> None:
    number = agreed(as_user)

    rows = list(csv.reader(io.StringIO(body_of(taken(as_user, number)).decode("utf-8-sig"))))

    assert rows[0][7] == "Người sử dụng đất"
    assert [row[:4] for row in rows[1:]] == [[WARD, rows[1][1], "12", "125"]]
    assert [rows[1][n] for n in (7, 11, 12, 13, 14, 15)] == [NAME, NUMBER, "23/08/1961", HOME, SERIAL, REGISTRY]
    assert BANK not in str(rows)
    noted = AuditEntry.objects.order_by("sequence").filter(action__startswith="export_persons")
    assert [(one.action, one.login) for one in noted] == [
        ("export_persons_requested", "an"),
        ("export_persons_approved", "binh"),
        ("export_persons", "an"),
    ]
    assert {one.purpose for one in noted} == {WANTED["purpose"]}
    assert noted[2].detail["parcels"] == 1
    assert leaks(str([one.detail for one in noted])) == []


def test_as_a_workbook_in_english_numbers_stay_words(as_user: AsUser) -> None:
    number = agreed(as_user)

    answer = as_user("an").post(f"{URL}/{number}/file?lang=en", {"format": "xlsx"})

    sheet = openpyxl.load_workbook(io.BytesIO(body_of(answer))).active
    (head, row) = list(sheet.values)
    assert row[7] == NAME
    assert row[11] == NUMBER
    assert len(head) == len(row)


def test_a_name_is_never_a_formula(as_user: AsUser, users: dict[str, User]) -> None:
    Party.objects.update(name='=HYPERLINK("x")')
    number = agreed(as_user)

    (row,) = list(csv.reader(io.StringIO(body_of(taken(as_user, number)).decode("utf-8-sig"))))[1:]

    assert row[7] == '\'=HYPERLINK("x")'


def test_who_asks_never_agrees(as_user: AsUser) -> None:
    number = asked(as_user)

    refused = as_user("an").post(f"{URL}/{number}/approve")

    assert (refused.status_code, PersonExport.objects.get().is_approved) == (403, None)
    assert set(refused.json()["message"]) == {"vi", "en"}
    assert AuditEntry.objects.get(action="export_persons_refused").login == "an"
    assert taken(as_user, number).status_code == 409
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonExport.objects.update(
            decided_by=PersonExport.objects.get().requested_by, decided_at=timezone.now(), is_approved=True
        )


def test_the_file_is_for_who_asked_and_once(as_user: AsUser) -> None:
    number = agreed(as_user)

    assert taken(as_user, number, "binh").status_code == 403
    assert body_of(taken(as_user, number))
    again = taken(as_user, number)

    assert (again.status_code, again.json()["error"]) == (409, "export_taken")


def test_a_request_is_decided_once(as_user: AsUser) -> None:
    number = agreed(as_user)

    assert as_user("binh").post(f"{URL}/{number}/approve").status_code == 409
    assert as_user("binh").post(f"{URL}/{number}/refuse").status_code == 409

    other = asked(as_user)
    assert as_user("binh").post(f"{URL}/{other}/refuse").json()["state"] == "refused"
    assert as_user("binh").post(f"{URL}/{other}/approve").status_code == 409
    assert taken(as_user, other).status_code == 409


def test_after_a_day_it_is_over(as_user: AsUser) -> None:
    waiting, ready = asked(as_user), agreed(as_user)
    assert PersonExport.objects.get(pk=ready).expires_at - timezone.now() <= timedelta(days=1)
    PersonExport.objects.update(expires_at=timezone.now())

    late = as_user("binh").post(f"{URL}/{waiting}/approve")

    assert (late.status_code, late.json()["error"]) == (409, "export_expired")
    assert taken(as_user, ready).json()["error"] == "export_expired"


@pytest.mark.parametrize(
    ("who", "change"), [("an", "area"), ("an", "role"), ("binh", "area"), ("binh", "role"), ("binh", "closed")]
)
def test_rights_lost_after_the_agreement_end_it(
    as_user: AsUser, users: dict[str, User], communes: dict[str, AdminUnit], who: str, change: str
) -> None:
    number = agreed(as_user)
    if change == "area":
        Area.objects.filter(user=users[who]).update(unit=communes[COMMUNE])
    elif change == "role":
        users[who].roles.set(Role.objects.filter(slug="land_officer"))
    else:
        User.objects.filter(pk=users[who].pk).update(is_active=False)

    answer = taken(as_user, number)

    assert answer.status_code in (403, 404, 409)
    assert PersonExport.objects.get().taken_at is None


def test_who_asked_and_lost_the_right_gets_no_agreement(as_user: AsUser, users: dict[str, User]) -> None:
    number = asked(as_user)
    users["an"].roles.clear()

    assert as_user("binh").post(f"{URL}/{number}/approve").status_code == 409


def test_other_communes_are_out_of_reach(as_user: AsUser) -> None:
    number = agreed(as_user)

    assert as_user("an").post(URL, {**WANTED, "communes": f"{WARD},{COMMUNE}"}).status_code == 403
    assert as_user("chi").get(URL).json() == {"exports": []}
    for step in ("approve", "refuse", "file"):
        assert as_user("chi").post(f"{URL}/{number}/{step}", {"format": "csv"}).status_code == 404
    assert [one["state"] for one in as_user("binh").get(URL).json()["exports"]] == ["approved"]


@pytest.mark.parametrize("slug", [*PEOPLE, *MACHINES, "public", "house"])
def test_nobody_else_knows_the_address(
    as_user: AsUser, users: dict[str, User], communes: dict[str, AdminUnit], slug: str
) -> None:
    number = agreed(as_user)
    held = Viewer(user="x", user_id=users["chi"].pk, roles=frozenset({slug}), units=frozenset({communes[WARD].pk, 0}))
    viewer = {"public": ANYONE, "house": HOUSE}.get(slug, held)
    if slug == "land_admin":
        viewer = Viewer(device="x", roles=held.roles, units=held.units)

    assert As(viewer).get(URL).status_code == 404
    assert As(viewer).post(URL, WANTED).status_code == 404
    for step in ("approve", "refuse", "file"):
        answer = As(viewer).post(f"{URL}/{number}/{step}", {"format": "csv"})
        assert (answer.status_code, leaks(answer.content)) == (404, [])


def test_a_condition_narrows_it(as_user: AsUser) -> None:
    assert as_user("an").post(URL, {**WANTED, "filter": "land_use = 'LUC'"}).json()["error"] == "empty"
    number = asked(as_user, filter="land_use = 'ODT'")
    as_user("binh").post(f"{URL}/{number}/approve")

    assert NAME in body_of(taken(as_user, number)).decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"purpose": "xem"}, 422),
        ({"purpose": ""}, 422),
        ({"communes": "99999"}, 422),
        ({"communes": " , "}, 422),
        ({"communes": "x" * 3_000}, 422),
        ({"filter": "party__name = 'x'"}, 400),
        ({"filter": "name ="}, 400),
        ({"secret": "1"}, 422),
        ({"purpose": "năm \x00 ký tự"}, 400),
    ],
)
def test_what_is_wrong_is_said_in_both_languages(as_user: AsUser, changes: dict[str, str], status: int) -> None:
    answer = as_user("an").post(URL, {**WANTED, **changes})

    assert answer.status_code == status, answer.content
    assert set(answer.json()["message"]) == {"vi", "en"}
    assert not PersonExport.objects.exists()


def test_open_requests_are_bounded(as_user: AsUser) -> None:
    for _ in range(20):
        asked(as_user)

    assert as_user("an").post(URL, WANTED).status_code == 409
