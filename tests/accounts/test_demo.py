"""The demo accounts."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from geo_ioc.accounts.caller import Unauthorized
from geo_ioc.accounts.demo import ACCOUNTS, DemoRefusedError, seed_accounts
from geo_ioc.accounts.me import describe
from geo_ioc.accounts.models import Department, User
from geo_ioc.accounts.resolver import viewer_of
from geo_ioc.accounts.roles import PEOPLE
from geo_ioc.accounts.scope import viewer_of_user
from layers.admin_units.models import AdminUnit
from layers.core.viewer import UNASSIGNED
from tests.accounts.conftest import sign_in

pytestmark = pytest.mark.django_db
DEMO = "demo-geo-ioc"
Issue = Callable[..., str]


def test_there_is_one_account_a_role_of_people(demo: dict[str, User]) -> None:
    assert set(demo) == set(PEOPLE)
    assert all(user.role_slugs == {name} for name, user in demo.items())


@pytest.mark.parametrize("name", [account.slug for account in ACCOUNTS])
def test_each_signs_in_with_the_demo_password(client: Client, demo: dict[str, User], name: str) -> None:
    assert sign_in(client, name, DEMO).status_code == 302


@pytest.mark.parametrize(("name", "commune"), [("land_officer", "25516"), ("field_staff", "25459")])
def test_a_commune_account_holds_its_commune_and_no_other(
    demo: dict[str, User], communes: dict[str, int], name: str, commune: str
) -> None:
    viewer = viewer_of_user(demo[name])

    assert viewer.units == {communes[commune]}
    assert viewer.scopes >= {"public", f"unit:{communes[commune]}"}
    assert UNASSIGNED not in viewer.departments
    assert describe(viewer)["areas"] == [{"code": commune, "name": f"Xã Đơn vị {commune}"}]


@pytest.mark.parametrize("name", sorted(set(PEOPLE) - {"land_officer", "field_staff"}))
def test_the_other_accounts_hold_the_whole_province(demo: dict[str, User], communes: dict[str, int], name: str) -> None:
    viewer = viewer_of_user(demo[name])

    assert viewer.units == {*communes.values(), UNASSIGNED}
    assert viewer.scopes >= {"unit:none", "department:none"}
    assert describe(viewer) == {
        "user": name,
        "display_name": f"{PEOPLE[name].vi} (trình diễn)",
        "roles": [name],
        "areas": [{"code": "80", "name": "Xã Đơn vị 80"}],
        "language": "vi",
    }


def test_the_leader_holds_every_department_and_the_environment_account_its_own(demo: dict[str, User]) -> None:
    departments = dict(Department.objects.values_list("code", "pk"))

    assert viewer_of_user(demo["leader"]).departments == {*departments.values(), UNASSIGNED}
    assert viewer_of_user(demo["environment"]).departments == {departments["nnmt"], UNASSIGNED}


def test_seeding_again_changes_nothing_and_keeps_sessions(demo: dict[str, User]) -> None:
    before = list(User.objects.order_by("pk").values())
    departments = list(Department.objects.order_by("pk").values())

    seed_accounts()

    assert list(User.objects.order_by("pk").values()) == before
    assert list(Department.objects.order_by("pk").values()) == departments


def test_seeding_puts_right_what_was_changed(demo: dict[str, User]) -> None:
    officer = demo["land_officer"]
    officer.roles.clear()
    officer.areas.all().delete()
    officer.set_password("một câu khác hẳn thế")
    officer.save()

    again = {user.username: user for user in seed_accounts()}["land_officer"]

    assert User.objects.get(pk=again.pk).role_slugs == {"land_officer"}
    assert again.areas.count() == 1
    assert again.check_password(DEMO)


def test_outside_demo_mode_seeding_is_refused(settings: Any, province: AdminUnit) -> None:
    settings.GEO_IOC_DEMO = False

    with pytest.raises(CommandError, match="demo mode is off"):
        call_command("seed_accounts", stdout=io.StringIO())

    assert not User.objects.exists()


def test_a_real_account_of_the_same_name_is_left_alone(settings: Any, province: AdminUnit) -> None:
    settings.GEO_IOC_DEMO = True
    real = User.objects.create_user("admin", password="một câu rất dễ nhớ")

    with pytest.raises(DemoRefusedError, match="admin"):
        seed_accounts()

    real.refresh_from_db()
    assert not real.check_password(DEMO)
    assert not User.objects.filter(is_demo=True).exists()


def test_without_units_the_command_says_what_to_do(settings: Any) -> None:
    settings.GEO_IOC_DEMO = True

    with pytest.raises(CommandError, match="load the administrative units first"):
        call_command("seed_accounts", stdout=io.StringIO())


def test_in_another_province_the_first_commune_stands_in(settings: Any, db: None) -> None:
    from tests.accounts.conftest import make_unit

    settings.GEO_IOC_DEMO, settings.GEO_IOC_PROVINCE = True, "01"
    province = make_unit("01", level="province")
    first = make_unit("00004", parent=province)
    make_unit("00008", parent=province)

    users = {user.username: user for user in seed_accounts()}

    assert viewer_of_user(users["land_officer"]).units == {first.pk}


def test_when_demo_mode_goes_off_demo_accounts_neither_enter_nor_stay(
    client: Client, settings: Any, demo: dict[str, User], issue: Issue
) -> None:
    sign_in(client, "operator", DEMO)
    session_key, token = client.session.session_key, issue(demo["operator"])

    settings.GEO_IOC_DEMO = False

    assert viewer_of(session_key=session_key, authorization=None).is_public
    with pytest.raises(Unauthorized):
        viewer_of(session_key=None, authorization=f"Bearer {token}")
    assert sign_in(Client(), "operator", DEMO).status_code == 200
    assert client.get("/accounts/tokens/").status_code == 302


def test_outside_demo_mode_the_demo_password_opens_no_account_at_all(client: Client, settings: Any) -> None:
    settings.GEO_IOC_DEMO = False
    User.objects.create_user("lan", password=DEMO)

    assert sign_in(client, "lan", DEMO).status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_page_of_signing_in_offers_the_demo_accounts_only_in_demo_mode(client: Client, settings: Any) -> None:
    settings.GEO_IOC_DEMO = True
    demo = client.get("/accounts/login/?login=steward").content.decode()
    settings.GEO_IOC_DEMO = False
    real = client.get("/accounts/login/").content.decode()

    assert "Dữ liệu trình diễn" in demo
    assert 'value="steward"' in demo
    assert DEMO in demo
    assert "trình diễn" not in real
    assert DEMO not in real


def test_a_password_of_ones_own_is_not_shown(client: Client, settings: Any) -> None:
    settings.GEO_IOC_DEMO, settings.GEO_IOC_DEMO_PASSWORD = True, "không ai được biết"

    page = client.get("/accounts/login/").content.decode()

    assert "không ai được biết" not in page
    assert DEMO not in page
