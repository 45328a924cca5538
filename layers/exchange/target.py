"""Where a file goes: a layer that takes files, a dataset found by its slug, or a dataset yet to be made."""

import re

from layers.core import Layer, Public, Roles, Text, Viewer, registry, role
from layers.core.errors import BadRequest, Conflict, Forbidden, UnknownLayer
from layers.core.registry import Provider

TOPIC = "@datasets"
"""Topic of the provider that makes layers from files."""
SLUG = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
MAX_SLUG = 63
ROLE = re.compile(r"[a-z][a-z0-9_]{0,39}")
STEWARDS = (role("steward"), role("admin"))
"""Who may bring files in, and who sees a dataset unless told otherwise."""


def find(name: str, viewer: Viewer | None) -> Layer | None:
    """The layer a name means; None for a slug that is free.

    Args:
        name: id of a layer, or slug of a dataset.
        viewer: who brings the file; None for the command line, which may everything.

    Raises:
        UnknownLayer: `d-<n>` without a dataset, or a layer the viewer may not know of.
        BadRequest: no slug, or a layer that takes no file.
        Conflict: a dataset of that slug which the viewer may not see.
    """
    layer = _by_id(name, viewer) or _by_slug(name, viewer)
    if layer is None:
        _check_slug(name)
        return None
    if layer.importer is None:
        raise BadRequest(
            Text(vi=f"Lớp “{name}” không nhận tệp.", en=f"The layer “{name}” takes no file."), field="layer"
        )
    return layer


def provider() -> Provider:
    """What makes a layer from a file.

    Raises:
        BadRequest: this installation makes none.
    """
    found = next((one for one in registry.providers if one.topic == TOPIC), None)
    if found is None:
        raise BadRequest(
            Text(vi="Hệ thống này không lập lớp mới từ tệp.", en="This installation makes no new layers from files."),
            field="layer",
        )
    return found


def require_steward(viewer: Viewer) -> None:
    """Refuse whoever is no steward.

    Raises:
        Forbidden: neither steward nor administrator.
    """
    if not viewer.has(STEWARDS):
        raise Forbidden


def read_access(text: str | None) -> Public | Roles | None:
    """`public`, or roles parted by commas; None for nothing said.

    Raises:
        BadRequest: not the slug of a role.
    """
    if text is None or not text.strip():
        return None
    words = [word.strip() for word in text.split(",") if word.strip()]
    if words == ["public"]:
        return Public()
    if not words or "public" in words or not all(ROLE.fullmatch(word) for word in words):
        raise BadRequest(
            Text(
                vi=f"access={text!r} không hợp lệ: ghi public, hoặc các vai trò cách nhau bằng dấu phẩy.",
                en=f"access={text!r} is not valid: write public, or roles parted by commas.",
            ),
            field="access",
        )
    return Roles(*(role(word) for word in words))


def read_title(text: str | None) -> Text | None:
    """`tiếng Việt|English`, or one for both."""
    if text is None or not text.strip():
        return None
    vi, _, en = (part.strip()[:200] for part in text.partition("|"))
    return Text(vi=vi or en, en=en or vi)


def _by_id(name: str, viewer: Viewer | None) -> Layer | None:
    try:
        layer = registry.get(name) if viewer is None else registry.visible(name, viewer)
    except UnknownLayer:
        if re.fullmatch(r"d-\d+", name) or _hidden(name):
            raise
        return None
    if not isinstance(layer, Layer):
        raise BadRequest(
            Text(vi=f"Lớp “{name}” không nhận tệp.", en=f"The layer “{name}” takes no file."), field="layer"
        )
    return layer


def _hidden(name: str) -> bool:
    return any(layer.id == name for layer in registry.all())


def _by_slug(name: str, viewer: Viewer | None) -> Layer | None:
    layer = next((one for one in registry.all() if getattr(one, "slug", None) == name), None)
    if layer is None or not isinstance(layer, Layer):
        return None
    if viewer is not None and not layer.visible_to(viewer):
        raise Conflict(Text(vi=f"Tên “{name}” đã được dùng.", en=f"The name “{name}” is taken."), field="layer")
    return layer


def _check_slug(name: str) -> None:
    if len(name) > MAX_SLUG or not SLUG.fullmatch(name) or name == "packs":
        raise BadRequest(
            Text(
                vi=f"Tên “{name[:80]}” không hợp lệ: chữ thường không dấu, số, _ hoặc -, chữ đứng đầu, tối đa 63.",
                en=f"The name “{name[:80]}” is not valid: small letters, digits, _ or -, a letter first, at most 63.",
            ),
            field="layer",
        )
