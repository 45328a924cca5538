"""What an account answers for, as sets of ids."""

from collections import defaultdict

from django.db.models import Q

from geo_ioc.accounts.models import Area, Department, User
from layers.admin_units.models import AdminUnit
from layers.core.viewer import UNASSIGNED, Viewer

PEOPLE_MOST = 500
"""Accounts one notice goes to."""


def viewer_of_user(user: User) -> Viewer:
    """The account as the layers see it."""
    units = units_of(user)
    return Viewer(
        user=user.username,
        user_id=user.pk,
        roles=user.role_slugs,
        units=units,
        departments=departments_of(user, province_wide=UNASSIGNED in units),
    )


def units_of(user: User) -> frozenset[int]:
    """Ids of the communes the user answers for: a province stands for its current communes and rows without one."""
    areas = Area.objects.filter(user=user).values_list("unit_id", "unit__level")
    return communes_of(dict(areas))


def communes_of(levels: dict[int, str]) -> frozenset[int]:
    """Ids of communes meant by these units.

    Args:
        levels: unit id -> level, `commune` or `province`.
    """
    provinces = [unit for unit, level in levels.items() if level == "province"]
    named = frozenset(levels).difference(provinces)
    if not provinces:
        return named
    communes = AdminUnit.objects.filter(parent_id__in=provinces, level="commune", is_current=True)
    return named.union(communes.values_list("pk", flat=True), {UNASSIGNED})


def departments_of(user: User, *, province_wide: bool) -> frozenset[int]:
    """Ids of the user's departments and of those below them; `UNASSIGNED` for province-wide accounts."""
    below: defaultdict[int | None, list[int]] = defaultdict(list)
    for department, parent in Department.objects.values_list("pk", "parent_id"):
        below[parent].append(department)
    held: set[int] = set()
    waiting = list(user.departments.values_list("pk", flat=True))
    while waiting:
        department = waiting.pop()
        if department not in held:
            held.add(department)
            waiting += below[department]
    return frozenset(held | ({UNASSIGNED} if province_wide else set()))


def people_of(role: str, unit_id: int | None) -> list[User]:
    """Active accounts that hold a role and answer for a commune: by it, by its province, or for None by a province."""
    people = User.objects.filter(is_active=True, roles__slug=role)
    areas = Q(areas__unit__level="province")
    if unit_id is not None:
        areas = Q(areas__unit=unit_id) | Q(areas__unit__children=unit_id)
    return list(people.filter(areas).distinct().order_by("pk")[:PEOPLE_MOST])
