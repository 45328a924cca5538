"""The roles of the operations center; the layers name them by slug."""

from typing import Any

from layers.core.text import Text

ADMIN = "admin"
DEVICE = "device"
WALL = "wall"

PEOPLE: dict[str, Text] = {
    "leader": Text(vi="Lãnh đạo", en="Leader"),
    "land_officer": Text(vi="Cán bộ địa chính xã", en="Commune land officer"),
    "land_admin": Text(vi="Quản lý đất đai tỉnh", en="Provincial land administrator"),
    "field_staff": Text(vi="Cán bộ hiện trường", en="Field staff"),
    "operator": Text(vi="Trực tổng đài 1022 và giám sát", en="1022 and monitoring operator"),
    "environment": Text(vi="Cán bộ môi trường", en="Environment officer"),
    "camera_operator": Text(vi="Vận hành camera", en="Camera operator"),
    "tourism_editor": Text(vi="Biên tập du lịch", en="Tourism editor"),
    "steward": Text(vi="Quản trị dữ liệu", en="Data steward"),
    "auditor": Text(vi="Kiểm tra, giám sát truy cập", en="Access auditor"),
    ADMIN: Text(vi="Quản trị hệ thống", en="System administrator"),
}
"""Roles a person may hold."""

MACHINES: dict[str, Text] = {
    DEVICE: Text(vi="Thiết bị gửi số liệu", en="Reporting device"),
    WALL: Text(vi="Màn hình phòng điều hành", en="Control-room wall"),
}
"""Roles only a key or a wall token carries; no account may hold them."""


def title_of(slug: str) -> Text | None:
    """The title of one of the roles above."""
    return PEOPLE.get(slug) or MACHINES.get(slug)


def install_roles(role_model: Any) -> None:
    """Write every role above, leaving what an administrator added.

    Args:
        role_model: the model `Role`, or its state in a migration.
    """
    for titles, for_people in ((PEOPLE, True), (MACHINES, False)):
        for slug, title in titles.items():
            values = {"title_vi": title.vi, "title_en": title.en, "for_people": for_people}
            role_model.objects.update_or_create(slug=slug, defaults=values)
