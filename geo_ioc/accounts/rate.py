"""How often one caller may ask the public API: a bucket of requests for each, filled up again evenly over a minute.

Views say `rate_limited` (`layers.core.limit`). Who shows an account's session, a token or a device key is counted by
it; everyone else by address, of IPv6 by its network of 64 bits. The web workers of a machine count together, in a file
they map; a restart of the server forgets: this protects the server, it is no quota.
"""

from collections.abc import Callable
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from geo_ioc.accounts.answers import refusal
from geo_ioc.accounts.buckets import Buckets
from layers.core.errors import LayerError
from layers.core.text import Text
from layers.core.viewer import Viewer

IPV6_NETWORK = 64


class TooMany(LayerError):
    """A caller that has used up its requests of the minute."""

    slug = "too_many_requests"

    def __init__(self, limit: int, wait_s: int) -> None:
        """Say the limit, and when to come again."""
        super().__init__(
            Text(
                vi=f"Quá {limit} yêu cầu mỗi phút. Thử lại sau {wait_s} giây; có mã truy cập thì được nhiều hơn.",
                en=f"More than {limit} requests a minute. Try again in {wait_s} s; an access token is allowed more.",
            )
        )


class RateLimit:
    """Middleware after the viewer's: refuses with 429 and Retry-After."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the way on."""
        self._get_response = get_response
        key = blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"rate").digest()
        self._buckets = Buckets(file=settings.GEO_IOC_RATE_FILE, key=key)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing here: the view must be known first."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """The refusal, or None where the caller may ask."""
        if not getattr(view, "rate_limited", False):
            return None
        caller, limit = _caller(request)
        wait_s = self._buckets.take(caller, limit) if limit else 0
        if not wait_s:
            return None
        response = refusal(TooMany(limit, wait_s), status=429)
        response["Retry-After"] = str(wait_s)
        return response


def _caller(request: HttpRequest) -> tuple[str, int]:
    """Whose bucket it is, and how many requests a minute it holds."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if viewer.user_id is not None or viewer.device is not None:
        return f"account:{viewer.user_id}:{viewer.device}", settings.GEO_IOC_RATE_TOKEN
    return f"address:{_network(get_client_ip_address(request) or '')}", settings.GEO_IOC_RATE_ADDRESS


def _network(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return text
    return str(ip_network((address, IPV6_NETWORK), strict=False)) if isinstance(address, IPv6Address) else text
