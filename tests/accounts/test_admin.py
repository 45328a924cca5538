"""The administration of accounts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from geo_ioc.accounts.caller import Unauthorized
from geo_ioc.accounts.models import AccessToken, DeviceKey, Role, User
from geo_ioc.accounts.resolver import viewer_of
from geo_ioc.accounts.roles import PEOPLE
from geo_ioc.accounts.tables import ACCESS_TABLES
from layers.admin_units.models import AdminUnit

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
Issue = Callable[..., str]


@pytest.fixture
def admin(client: Client, make_user: Make) -> Client:
    """A client signed in as an administrator."""
    client.force_login(make_user("chi", roles=("admin",)))
    return client


@pytest.mark.parametrize("role", sorted(set(PEOPLE) - {"admin"}))
def test_other_roles_are_refused(client: Client, make_user: Make, role: str) -> None:
    client.force_login(make_user(roles=(role,)))

    answer = client.get("/admin/", follow=True)

    assert answer.status_code == 403


def test_the_public_is_sent_to_the_page_of_signing_in(client: Client) -> None:
    answer = client.get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")


def test_the_first_administrator_comes_from_the_command_line() -> None:
    user = User.objects.create_superuser("chi", password="một câu rất dễ nhớ")

    assert user.is_staff
    assert user.has_perm("accounts.change_user")


@pytest.mark.parametrize("model", ["user", "role", "department", "accesstoken", "devicekey"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_list_opens(
    admin: Client, make_user: Make, issue: Issue, issue_device: Issue, model: str, language: str
) -> None:
    issue(make_user("minh", roles=("steward",)))
    issue_device()

    answer = admin.get(f"/admin/accounts/{model}/?lang={language}")

    assert answer.status_code in {200, 302}
    assert admin.get(f"/admin/accounts/{model}/").status_code == 200


def test_an_account_is_added_and_given_a_role_and_an_area(admin: Client, province: AdminUnit) -> None:
    password = "một câu rất dễ nhớ"
    fields = {"username": "minh", "display_name": "Minh", "password1": password, "password2": password}
    added = admin.post("/admin/accounts/user/add/", {**fields, "usable_password": "true", **areas()})
    user = User.objects.get(username="minh")
    page = admin.get(f"/admin/accounts/user/{user.pk}/change/")
    changed = admin.post(
        f"/admin/accounts/user/{user.pk}/change/",
        {
            "username": "minh",
            "display_name": "Minh",
            "is_active": "on",
            "roles": [Role.objects.get(slug="operator").pk],
            **areas(province.pk),
        },
    )

    assert added.status_code == 302
    assert page.status_code == 200
    assert changed.status_code == 302
    assert User.objects.get(pk=user.pk).role_slugs == {"operator"}
    assert user.areas.get().unit == province
    assert user.check_password(password)


def areas(*units: int) -> dict[str, Any]:
    """The inline form of areas."""
    rows = {f"areas-{n}-unit": unit for n, unit in enumerate(units)}
    return {"areas-TOTAL_FORMS": len(units), "areas-INITIAL_FORMS": 0, **rows}


def test_a_device_key_is_made_shown_once_and_revoked(admin: Client) -> None:
    answer = admin.post("/admin/accounts/devicekey/add/", {"name": "Trạm 7", "role": "device", "layer": "stations"})
    found = re.search(r"giod_[\w-]{40,}", answer.content.decode())
    assert found
    header = f"Device {found[0]}"
    assert viewer_of(session_key=None, authorization=header).device == "Trạm 7"
    assert found[0] not in admin.get("/admin/accounts/devicekey/").content.decode()

    key = DeviceKey.objects.get()
    admin.post("/admin/accounts/devicekey/", {"action": "revoke", "_selected_action": [key.pk]})

    with pytest.raises(Unauthorized):
        viewer_of(session_key=None, authorization=header)


def test_a_device_key_takes_no_role_of_people(admin: Client) -> None:
    answer = admin.post("/admin/accounts/devicekey/add/", {"name": "Trạm 7", "role": "admin"})

    assert answer.status_code == 200
    assert not DeviceKey.objects.exists()


def test_an_administrator_revokes_the_token_of_another_but_neither_makes_nor_deletes_it(
    admin: Client, make_user: Make, issue: Issue
) -> None:
    issue(make_user("minh"))
    token = AccessToken.objects.get()

    assert admin.get("/admin/accounts/accesstoken/add/").status_code == 403
    assert admin.post(f"/admin/accounts/accesstoken/{token.pk}/delete/", {"post": "yes"}).status_code == 403
    admin.post("/admin/accounts/accesstoken/", {"action": "revoke", "_selected_action": [token.pk]})

    assert AccessToken.objects.get().revoked_at is not None


def test_every_table_that_decides_access_is_announced() -> None:
    own = {model._meta.db_table for model in apps.get_app_config("accounts").get_models(include_auto_created=True)}
    noted_only = {"accounts_sessionuse"}

    assert set(ACCESS_TABLES) == (own - noted_only) | {"django_session", AdminUnit._meta.db_table}
