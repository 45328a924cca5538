"""A notice to a system's URL, signed so that its receiver knows whose it is."""

import hmac
from hashlib import sha256

from django.utils.crypto import salted_hmac

from layers.core.errors import Invalid
from layers.core.text import Text
from layers.notices import outside

NOT_USABLE = Text(
    vi="URL webhook phải là https://máy-chủ/… và không chứa tên đăng nhập.",
    en="A webhook's URL must be https://host/… and hold no login.",
)


def require(url: str) -> None:
    """See that a notice may be posted to this URL.

    Raises:
        Invalid: it is not usable (`outside.is_usable`).
    """
    if not outside.is_usable(url):
        raise Invalid(NOT_USABLE, field="recipients")


def secret(url: str) -> str:
    """What this URL's receiver checks signatures with; changes with the server's secret key."""
    return salted_hmac("layers.notices.webhook", url, algorithm="sha256").hexdigest()


def signature(url: str, body: bytes, at: int) -> str:
    """`t=<unix seconds>,v1=<HMAC-SHA256 of "<t>.<body>" by the URL's secret, hex>`."""
    return f"t={at},v1={hmac.new(secret(url).encode(), f'{at}.'.encode() + body, sha256).hexdigest()}"


def post(url: str, body: bytes, *, at: int, delivery: str) -> None:
    """Deliver a body.

    Args:
        url: one that `require` let pass.
        body: JSON.
        at: now, in unix seconds; part of the signature, so that an old message cannot be played again.
        delivery: the same at every try of one notice, so that a receiver can leave out what it has.

    Raises:
        Refused: as `outside.post`.
    """
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-GeoIoc-Delivery": delivery,
        "X-GeoIoc-Signature": signature(url, body, at),
    }
    outside.post(url, body, headers)
