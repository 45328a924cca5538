"""Credentials become viewers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from geo_ioc.accounts import session
from geo_ioc.accounts.caller import Unauthorized
from geo_ioc.accounts.models import AccessToken, Department, DeviceKey, SessionUse, User
from geo_ioc.accounts.resolver import caller_of, viewer_of
from layers.admin_units.models import AdminUnit
from layers.api.errors import refuse
from layers.core.viewer import ANYONE, UNASSIGNED

Make = Callable[..., User]
Issue = Callable[..., str]


def signed_in(user: User) -> str:
    """The session key of a client signed in as this user."""
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def idle_for(session_key: str, pause: timedelta) -> None:
    """Pretend that the session was last used some time ago."""
    SessionUse.objects.update_or_create(session_id=session_key, defaults={"seen_at": timezone.now() - pause})


def by_session(session_key: str) -> object:
    """Who is behind a session."""
    return viewer_of(session_key=session_key, authorization=None)


def by_header(header: str) -> object:
    """Who is behind an Authorization header."""
    return viewer_of(session_key=None, authorization=header)


def test_nothing_shown_is_the_public() -> None:
    assert viewer_of(session_key=None, authorization=None) == ANYONE


@pytest.mark.django_db
def test_an_unknown_session_is_the_public() -> None:
    assert by_session("a" * 32) == ANYONE


def test_a_session_gives_roles_and_the_language_asked_for(make_user: Make) -> None:
    key = signed_in(make_user("lan", roles=("operator", "environment")))

    viewer = viewer_of(session_key=key, authorization=None, language="en")

    assert viewer.user == "lan"
    assert viewer.roles == {"operator", "environment"}
    assert viewer.language == "en"


def test_a_commune_area_gives_that_commune_alone(make_user: Make, communes: dict[str, int]) -> None:
    user = make_user(units=(AdminUnit.objects.get(code="25516"),))

    viewer = viewer_of(session_key=signed_in(user), authorization=None)

    assert viewer.units == {communes["25516"]}
    assert UNASSIGNED not in viewer.departments


def test_a_province_area_gives_its_communes_of_today_and_rows_without_one(
    make_user: Make, province: AdminUnit, communes: dict[str, int]
) -> None:
    viewer = viewer_of(session_key=signed_in(make_user(units=(province,))), authorization=None)

    assert viewer.units == {*communes.values(), UNASSIGNED}
    assert viewer.departments == {UNASSIGNED}


def test_a_department_brings_those_below_it_and_not_its_siblings(make_user: Make) -> None:
    top = Department.objects.create(code="top", name_vi="Trên", name_en="Top")
    middle = Department.objects.create(code="middle", name_vi="Giữa", name_en="Middle", parent=top)
    below = Department.objects.create(code="below", name_vi="Dưới", name_en="Below", parent=middle)
    Department.objects.create(code="sibling", name_vi="Bên", name_en="Sibling", parent=top)
    user = make_user()
    user.departments.set([middle])

    viewer = viewer_of(session_key=signed_in(user), authorization=None)

    assert viewer.departments == {middle.pk, below.pk}


def test_a_machine_role_given_to_a_person_counts_for_nothing(make_user: Make) -> None:
    key = signed_in(make_user(roles=("operator", "wall", "device")))

    assert viewer_of(session_key=key, authorization=None).roles == {"operator"}


def test_a_closed_account_is_the_public_at_once(make_user: Make) -> None:
    user = make_user()
    key = signed_in(user)

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert by_session(key) == ANYONE


def test_a_changed_password_ends_the_other_sessions(make_user: Make) -> None:
    user = make_user()
    key = signed_in(user)

    user.set_password("một câu khác hẳn thế")
    user.save()

    assert by_session(key) == ANYONE


def test_a_session_idle_for_29_minutes_lives_and_for_31_is_over(make_user: Make) -> None:
    user = make_user()
    key = signed_in(user)

    idle_for(key, timedelta(minutes=29))
    assert viewer_of(session_key=key, authorization=None).user == "lan"
    idle_for(key, timedelta(minutes=31))
    over = caller_of(session_key=key, authorization=None)

    assert over.viewer == ANYONE
    assert over.expired


def test_using_a_session_is_written_once_a_minute(make_user: Make) -> None:
    key = signed_in(make_user())
    idle_for(key, timedelta(seconds=70))
    by_session(key)
    noted = SessionUse.objects.get(session_id=key).seen_at

    by_session(key)

    assert timezone.now() - noted < timedelta(seconds=10)
    assert SessionUse.objects.get(session_id=key).seen_at == noted


def test_a_live_connection_does_not_keep_a_session_alive(make_user: Make) -> None:
    key = signed_in(make_user())
    idle_for(key, timedelta(minutes=20))

    caller_of(session_key=key, authorization=None, active=False)

    assert timezone.now() - SessionUse.objects.get(session_id=key).seen_at > timedelta(minutes=19)


def test_a_session_never_noted_counts_from_its_last_save_and_saving_does_not_revive_it(make_user: Make) -> None:
    key = signed_in(make_user())
    SessionUse.objects.all().delete()
    Session.objects.filter(pk=key).update(expire_date=timezone.now() + timedelta(hours=12) - session.IDLE * 2)

    first = caller_of(session_key=key, authorization=None)
    Session.objects.filter(pk=key).update(expire_date=timezone.now() + timedelta(hours=12))
    second = caller_of(session_key=key, authorization=None)

    assert first.expired
    assert second.expired


def test_ended_sessions_are_removed_and_living_ones_stay(make_user: Make) -> None:
    lan, minh, chi = (signed_in(make_user(name)) for name in ("lan", "minh", "chi"))
    idle_for(lan, timedelta(minutes=31))
    idle_for(minh, timedelta(minutes=5))
    Session.objects.filter(pk=chi).update(expire_date=timezone.now() - timedelta(minutes=1))

    session.remove_ended()

    assert [one.pk for one in Session.objects.all()] == [minh]
    assert SessionUse.objects.count() == 1


def test_a_token_acts_as_its_owner(make_user: Make, issue: Issue, communes: dict[str, int]) -> None:
    owner = make_user("minh", roles=("steward",), units=(AdminUnit.objects.get(code="25516"),))

    viewer = viewer_of(session_key=None, authorization=f"Bearer {issue(owner)}")

    assert (viewer.user, viewer.roles, viewer.units) == ("minh", {"steward"}, {communes["25516"]})


def test_the_secret_of_a_token_is_not_kept(make_user: Make, issue: Issue) -> None:
    key = issue(make_user())

    kept = AccessToken.objects.values().get()

    assert key not in str(kept)


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_revoked_or_expired_token_is_refused(make_user: Make, issue: Issue, change: dict[str, object]) -> None:
    key = issue(make_user())
    AccessToken.objects.update(**change)

    with pytest.raises(Unauthorized):
        by_header(f"Bearer {key}")


def test_a_token_of_a_closed_account_is_refused(make_user: Make, issue: Issue) -> None:
    key = issue(make_user())
    User.objects.update(is_active=False)

    with pytest.raises(Unauthorized):
        by_header(f"Bearer {key}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer gioc_wrong", "Basic bGFuOng=", "Device giod_wrong", "x"]
)
def test_a_header_that_lets_nobody_in_is_refused_and_never_public(header: str) -> None:
    with pytest.raises(Unauthorized) as refusal:
        by_header(header)

    assert refusal.value.message.vi
    assert refusal.value.message.en


def test_the_api_answers_a_refusal_with_401() -> None:
    status, body, _headers = refuse(Unauthorized())

    assert status == 401
    assert body == Unauthorized().json


def test_a_wrong_token_is_refused_beside_a_good_session(make_user: Make) -> None:
    key = signed_in(make_user())

    with pytest.raises(Unauthorized):
        viewer_of(session_key=key, authorization="Bearer gioc_wrong")


def test_a_wall_token_holds_the_role_wall_alone_and_never_times_out(
    make_user: Make, issue: Issue, province: AdminUnit, communes: dict[str, int]
) -> None:
    owner = make_user("chi", roles=("admin", "leader"), units=(province,))
    key = issue(owner, kind="wall", lasts=None)
    AccessToken.objects.update(created_at=timezone.now() - timedelta(days=4000))

    viewer = viewer_of(session_key=None, authorization=f"Bearer {key}")

    assert viewer.roles == {"wall"}
    assert viewer.user is None
    assert not viewer.is_public
    assert viewer.units == {*communes.values(), UNASSIGNED}


def test_a_device_key_gives_a_device_with_its_unit(issue_device: Issue, communes: dict[str, int]) -> None:
    key = issue_device("Trạm Bến Kéo", layer="stations", unit_id=communes["25459"])

    caller = caller_of(session_key=None, authorization=f"Device {key}")

    assert caller.viewer.device == "Trạm Bến Kéo"
    assert caller.viewer.user is None
    assert caller.viewer.roles == {"device"}
    assert caller.viewer.units == {communes["25459"]}
    assert caller.layer == "stations"


@pytest.mark.django_db
def test_a_revoked_device_key_is_refused(issue_device: Issue) -> None:
    key = issue_device()
    DeviceKey.objects.update(revoked_at=timezone.now())

    with pytest.raises(Unauthorized):
        by_header(f"Device {key}")


@pytest.mark.django_db
def test_a_device_key_with_a_role_of_people_is_refused(issue_device: Issue) -> None:
    key = issue_device(role_id="admin")

    with pytest.raises(Unauthorized):
        by_header(f"Device {key}")


def test_a_token_is_no_device_key_and_a_device_key_no_token(make_user: Make, issue: Issue, issue_device: Issue) -> None:
    token, device = issue(make_user()), issue_device()

    for header in (f"Device {token}", f"Bearer {device}"):
        with pytest.raises(Unauthorized):
            by_header(header)


def test_the_last_use_of_a_token_is_written_once_an_hour(make_user: Make, issue: Issue) -> None:
    key = issue(make_user())
    by_header(f"Bearer {key}")
    first = AccessToken.objects.get().last_used_at

    by_header(f"Bearer {key}")

    assert first is not None
    assert AccessToken.objects.get().last_used_at == first
