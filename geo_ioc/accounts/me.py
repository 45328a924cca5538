"""Who the caller is, in the words of `/api/me`."""

from typing import Any

from geo_ioc.accounts.models import User
from layers.admin_units.models import AdminUnit
from layers.core.viewer import Viewer

MOST_AREAS = 200
"""Units listed for a caller without an account."""


def describe(viewer: Viewer) -> dict[str, Any]:
    """Login name, name, roles, areas and language of a viewer.

    Returns:
        `{"user", "display_name", "roles", "areas": [{"code", "name"}], "language"}`; a province is one area.
    """
    user = User.objects.filter(pk=viewer.user_id).first() if viewer.user_id else None
    return {
        "user": viewer.user,
        "display_name": user.get_full_name() if user else viewer.device,
        "roles": sorted(viewer.roles),
        "areas": _areas(viewer, user),
        "language": viewer.language,
    }


def _areas(viewer: Viewer, user: User | None) -> list[dict[str, str]]:
    if user is not None:
        units = AdminUnit.objects.filter(pk__in=user.areas.values("unit_id"))
    elif viewer.units:
        units = AdminUnit.objects.filter(pk__in=viewer.units)
    else:
        return []
    named = units.order_by("code").values_list("code", "full_name")[:MOST_AREAS]
    return [{"code": code, "name": name} for code, name in named]
