"""The demo accounts: one per role of people, login name = role, only while demo mode is on."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from geo_ioc.accounts.keys import DEVICE_PREFIX, digest, new_key
from geo_ioc.accounts.models import Area, Department, DeviceKey, Role, User
from geo_ioc.accounts.roles import PEOPLE, install_roles
from geo_ioc.atomic import write
from layers.admin_units.models import AdminUnit
from layers.core.text import Text

KNOWN_PASSWORD = "demo-geo-ioc"  # noqa: S105  public by design, refused outside demo mode
"""The documented default; the page of signing in shows it only while it holds."""
COMMUNES = {"80": {"land_officer": "25516", "field_staff": "25459"}}
"""Province code -> account -> its one commune: xã Tân Châu, phường Tân Ninh. Elsewhere: the first commune by code."""
ONE_COMMUNE = ("land_officer", "field_staff")


class DemoRefusedError(Exception):
    """Demo mode is off, or the province is not there yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoAccount:
    """One demo account.

    Attributes:
        slug: login name and role.
        departments: codes of the departments it belongs to.
    """

    slug: str
    departments: tuple[str, ...] = ()

    @property
    def title(self) -> Text:
        """Title of its role."""
        return PEOPLE[self.slug]


DEPARTMENTS: dict[str, Text] = {
    "ubnd": Text(vi="Ủy ban nhân dân tỉnh", en="Provincial People's Committee"),
    "ioc": Text(vi="Trung tâm giám sát, điều hành thông minh", en="Intelligent Operations Center"),
    "nnmt": Text(vi="Sở Nông nghiệp và Môi trường", en="Department of Agriculture and Environment"),
    "xd": Text(vi="Sở Xây dựng", en="Department of Construction"),
    "gddt": Text(vi="Sở Giáo dục và Đào tạo", en="Department of Education and Training"),
    "yt": Text(vi="Sở Y tế", en="Department of Health"),
    "vhttdl": Text(vi="Sở Văn hóa, Thể thao và Du lịch", en="Department of Culture, Sports and Tourism"),
    "khcn": Text(vi="Sở Khoa học và Công nghệ", en="Department of Science and Technology"),
    "ca": Text(vi="Công an tỉnh", en="Provincial Police"),
}
TOP = "ubnd"
ACCOUNTS = (
    DemoAccount(slug="leader", departments=(TOP,)),
    DemoAccount(slug="land_officer", departments=("nnmt",)),
    DemoAccount(slug="land_admin", departments=("nnmt",)),
    DemoAccount(slug="field_staff"),
    DemoAccount(slug="operator", departments=("ioc",)),
    DemoAccount(slug="environment", departments=("nnmt",)),
    DemoAccount(slug="camera_operator", departments=("ioc",)),
    DemoAccount(slug="tourism_editor", departments=("vhttdl",)),
    DemoAccount(slug="steward", departments=("ioc",)),
    DemoAccount(slug="auditor", departments=(TOP,)),
    DemoAccount(slug="admin", departments=("ioc",)),
)


DEVICE_FILE = "demo_device"
"""Under `var/`: user name at the broker and key of the demo's device, parted by a space; the simulator reads it."""
DEVICE_NAME = "Thiết bị trình diễn (demo)"


def issue_device(folder: Path) -> bool:
    """Give the demo's device a key for the stations, where the kept one does not hold; whether a new one was made.

    Raises:
        DemoRefusedError: demo mode is off.
    """
    if not settings.GEO_IOC_DEMO:
        raise DemoRefusedError("demo mode is off (GEO_IOC_DEMO=0): no demo device is made")
    file = folder / DEVICE_FILE
    device = DeviceKey.objects.filter(name=DEVICE_NAME).first() or DeviceKey(name=DEVICE_NAME, layer="stations")
    if device.pk and file.is_file() and digest(file.read_text(encoding="utf-8").split()[-1]) == device.key_hash:
        return False
    key = new_key(DEVICE_PREFIX)
    device.keep(key)
    device.revoked_at = None
    device.save()
    write(file, f"{device.broker_name} {key}")
    return True


@transaction.atomic
def seed_accounts() -> tuple[User, ...]:
    """Make the demo accounts, or put them right: roles, areas, departments, password.

    Raises:
        DemoRefusedError: demo mode is off, there are no units yet, or a real account has a demo account's name.
    """
    if not settings.GEO_IOC_DEMO:
        raise DemoRefusedError("demo mode is off (GEO_IOC_DEMO=0): no demo accounts are made")
    province = AdminUnit.objects.filter(level="province", code=settings.GEO_IOC_PROVINCE, is_current=True).first()
    if province is None:
        raise DemoRefusedError(f"there is no province {settings.GEO_IOC_PROVINCE}: load the administrative units first")
    install_roles(Role)
    departments = _departments()
    return tuple(_account(wanted, _unit(wanted.slug, province), departments) for wanted in ACCOUNTS)


def _departments() -> dict[str, Department]:
    """The departments, those below the top one under it."""
    made: dict[str, Department] = {}
    for code, name in DEPARTMENTS.items():
        values = {"name_vi": name.vi, "name_en": name.en, "parent": made.get(TOP)}
        made[code], _ = Department.objects.update_or_create(code=code, defaults=values)
    return made


def _unit(slug: str, province: AdminUnit) -> AdminUnit:
    """The unit an account answers for."""
    if slug not in ONE_COMMUNE:
        return province
    communes = AdminUnit.objects.filter(parent=province, level="commune", is_current=True).order_by("code")
    named = COMMUNES.get(province.code, {}).get(slug)
    commune = communes.filter(code=named).first() or communes.first()
    if commune is None:
        raise DemoRefusedError(f"province {province.code} has no communes: load the administrative units first")
    return commune


def _account(wanted: DemoAccount, unit: AdminUnit, departments: dict[str, Department]) -> User:
    if User.objects.filter(username=wanted.slug, is_demo=False).exists():
        raise DemoRefusedError(
            f"account {wanted.slug} exists and is no demo account: it is left alone; rename it first"
        )
    name = f"{wanted.title.vi} (trình diễn)"
    values = {"display_name": name, "is_demo": True, "is_active": True}
    user, _ = User.objects.update_or_create(username=wanted.slug, defaults=values)
    if not user.check_password(settings.GEO_IOC_DEMO_PASSWORD):
        user.set_password(settings.GEO_IOC_DEMO_PASSWORD)
        user.save(update_fields=["password"])
    user.roles.set(Role.objects.filter(slug=wanted.slug))
    user.departments.set([departments[code] for code in wanted.departments])
    user.areas.exclude(unit=unit).delete()
    Area.objects.get_or_create(user=user, unit=unit)
    return user
