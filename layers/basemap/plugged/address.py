"""Addresses of base maps: what may be typed, and which hosts a page must be allowed to ask for them."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from layers.basemap.plugged.words import wrong

HOST = re.compile(r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$|^\[[0-9a-f:]+\]$")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
XYZ_NAMES = frozenset({"z", "x", "y", "-y", "s", "r", "ratio", "quadkey", "bbox-epsg-3857"})
WMTS_NAMES = frozenset({"z", "x", "y", "TileMatrix", "TileRow", "TileCol", "TileMatrixSet", "Style", "Layer"})
SUBDOMAINS = ("a", "b", "c")
"""What `{s}` stands for."""


def check(address: str, *, template: frozenset[str] | None) -> None:
    """See that an address can be asked at all.

    Args:
        address: `http(s)://host/…`, or `/…` on this server.
        template: names of placeholders it may hold; None: it holds none.

    Raises:
        ValidationError: of the field `address`, in both languages.
    """
    _check_form(address)
    names = PLACEHOLDER.findall(address)
    if template is None:
        if names or "{" in address:
            raise wrong(
                "address",
                f"Địa chỉ này là của một tài liệu, không có chỗ thay thế như {{{(names or ['…'])[0]}}}.",
                f"This is the address of one document: it holds no placeholder such as {{{(names or ['…'])[0]}}}.",
            )
        return
    if unknown := next((name for name in names if name not in template), None):
        known = " ".join(f"{{{name}}}" for name in sorted(template))
        raise wrong(
            "address",
            f"Không hiểu chỗ thay thế {{{unknown}}}. Dùng được: {known}.",
            f"The placeholder {{{unknown}}} is not known. Known are: {known}.",
        )
    if "{" in PLACEHOLDER.sub("", address):
        raise wrong("address", "Dấu { không được đóng.", "A { is not closed.")


def check_tile(address: str) -> None:
    """See that a template of tiles names the tile.

    Raises:
        ValidationError: which placeholder is missing.
    """
    names = set(PLACEHOLDER.findall(address))
    if names & {"quadkey", "bbox-epsg-3857"}:
        return
    ways = (("z", {"z", "TileMatrix"}), ("x", {"x", "TileCol"}), ("y", {"y", "-y", "TileRow"}))
    missing = ", ".join(f"{{{name}}}" for name, one_of in ways if not names & one_of)
    if missing:
        raise wrong(
            "address",
            f"Mẫu địa chỉ thiếu {missing}. Ví dụ: https://ban-do.example.vn/{{z}}/{{x}}/{{y}}.png",
            f"The template lacks {missing}. For example: https://maps.example.vn/{{z}}/{{x}}/{{y}}.png",
        )


def _check_form(address: str) -> None:
    if not address.isascii() or any(sign <= " " or sign in "\"'<>\\^`|" for sign in address):
        raise wrong(
            "address",
            "Địa chỉ chỉ gồm chữ không dấu, không có dấu cách hay dấu nháy.",
            "An address holds no spaces, quotes or letters beyond ASCII.",
        )
    if address.startswith("/") and not address.startswith("//"):
        return
    parts = _parted(PLACEHOLDER.sub("a", address))
    if parts is None or parts.scheme not in ("http", "https") or not HOST.match(_host(parts)):
        raise wrong(
            "address",
            "Địa chỉ phải có dạng https://máy-chủ/… hoặc /… trên chính máy chủ này.",
            "An address looks like https://host/…, or /… on this server.",
        )
    if parts.username is not None:
        raise wrong(
            "address",
            "Địa chỉ không được chứa tên đăng nhập: ai xem bản đồ cũng đọc được.",
            "An address holds no login: everyone who sees the map reads it.",
        )
    if parts.scheme == "http" and settings.SESSION_COOKIE_SECURE:
        raise wrong(
            "address",
            "Trang này chạy https, trình duyệt sẽ chặn bản đồ nền http. Cần địa chỉ https.",
            "This site is served by https, and browsers block a base map of http. Use its https address.",
        )


def _parted(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _host(parts: SplitResult) -> str:
    host = str(parts.hostname)
    return f"[{host}]" if ":" in host else host


def is_usable(address: str) -> bool:
    """Whether an address found in somebody's document may be handed on."""
    try:
        _check_form(address)
    except ValidationError:
        return False
    return True


def with_subdomains(address: str) -> list[str]:
    """`{s}` filled in: one template for each."""
    return [address.replace("{s}", one) for one in SUBDOMAINS] if "{s}" in address else [address]


def origins(addresses: Iterable[str]) -> set[str]:
    """`scheme://host[:port]` of addresses, as a content security policy names them; none for this server's own."""
    found = set()
    for address in addresses:
        parts = _parted(PLACEHOLDER.sub("a", address.removeprefix("pmtiles://")))
        if parts and parts.scheme in ("http", "https") and HOST.match(_host(parts)):
            found.add(f"{parts.scheme}://{_host(parts)}" + (f":{parts.port}" if parts.port else ""))
    return found


def addresses_in(document: Any) -> list[str]:
    """Every address a fragment of a style names."""
    found: list[str] = []
    for source in (document.get("sources") or {}).values():
        found += [source[name] for name in ("url", "data") if isinstance(source.get(name), str)]
        found += [one for one in source.get("tiles") or () if isinstance(one, str)]
    found += [document[name] for name in ("glyphs", "sprite") if isinstance(document.get(name), str)]
    if isinstance(document.get("sprite"), list):
        found += [one["url"] for one in document["sprite"]]
    return found
