"""Units, accounts and clients for the tests of the accounts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from geo_ioc.accounts.demo import seed_accounts
from geo_ioc.accounts.keys import DEVICE_PREFIX, TOKEN_PREFIX, new_key
from geo_ioc.accounts.models import AccessToken, Area, DeviceKey, Role, User
from layers.admin_units.models import AdminUnit

PASSWORD = "một câu rất dễ nhớ"
PROVINCE = "80"
COMMUNES = ("25459", "25480", "25516")


def make_unit(
    code: str, *, level: str = "commune", parent: AdminUnit | None = None, is_current: bool = True
) -> AdminUnit:
    """One administrative unit."""
    kind = "province" if level == "province" else "commune"
    name = f"Đơn vị {code}"
    return AdminUnit.objects.create(
        code=code,
        level=level,
        kind=kind,
        name=name,
        full_name=f"Xã {name}",
        name_en=f"Unit {code}",
        name_key=name.lower(),
        parent=parent,
        valid_from="2025-07-01" if is_current else "2020-01-01",
        valid_to=None if is_current else "2025-07-01",
        is_current=is_current,
    )


@pytest.fixture(autouse=True)
def _forgotten_rate_limits() -> None:
    """Each test begins with no failed sign-ins counted in memory."""
    cache.clear()


@pytest.fixture
def province(db: None) -> AdminUnit:
    """A province with three communes of today and one of the past."""
    made = make_unit(PROVINCE, level="province")
    for code in COMMUNES:
        make_unit(code, parent=made)
    make_unit("25500", parent=made, is_current=False)
    return made


@pytest.fixture
def communes(province: AdminUnit) -> dict[str, int]:
    """Ids of the communes of today, by code."""
    return dict(AdminUnit.objects.filter(parent=province, is_current=True).values_list("code", "pk"))


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Makes an account with a password, roles and areas."""

    def make(
        username: str = "lan", *, roles: tuple[str, ...] = (), units: tuple[AdminUnit, ...] = (), **fields: Any
    ) -> User:
        user = User.objects.create_user(username, password=PASSWORD, **fields)
        user.roles.set(Role.objects.filter(slug__in=roles))
        for unit in units:
            Area.objects.create(user=user, unit=unit)
        return user

    return make


@pytest.fixture
def demo(settings: Any, province: AdminUnit) -> dict[str, User]:
    """The demo accounts, by name, in demo mode."""
    settings.GEO_IOC_DEMO = True
    return {user.username: user for user in seed_accounts()}


@pytest.fixture
def issue() -> Callable[..., str]:
    """Makes an access token and gives its secret."""

    def make(user: User, *, kind: str = "personal", lasts: timedelta | None = timedelta(days=1)) -> str:
        key = new_key(TOKEN_PREFIX)
        AccessToken.issue(user, name="thử", key=key, kind=kind, lasts=lasts)
        return key

    return make


@pytest.fixture
def issue_device() -> Callable[..., str]:
    """Makes a device key and gives its secret."""

    def make(name: str = "Trạm 1", **fields: Any) -> str:
        key = new_key(DEVICE_PREFIX)
        device = DeviceKey(name=name, **fields)
        device.keep(key)
        device.save()
        return key

    return make


def sign_in(client: Client, login: str, password: str = PASSWORD, **query: str) -> Any:
    """Post the form of the login page as a browser would."""
    return client.post("/accounts/login/", {"login": login, "password": password, **query})
