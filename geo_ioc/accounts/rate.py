"""How often one caller may ask the public API: a bucket of requests for each, filled up again evenly over a minute.

Views say `rate_limited` (`layers.core.limit`). Who shows an account's session, a token or a device key is counted by
it; everyone else by address, of IPv6 by its network of 64 bits. Each web worker counts for itself, and forgets with a
restart: this protects the server, it is no quota.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from geo_ioc.accounts.answers import refusal
from layers.core.errors import LayerError
from layers.core.text import Text
from layers.core.viewer import Viewer

PERIOD_S = 60
MOST_CALLERS = 50_000
"""Callers remembered; beyond them the one that asked longest ago is forgotten, whose bucket is full again anyway."""
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


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """Requests left of every caller; safe for threads.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST_CALLERS) -> None:
        """Start with nobody."""
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str, limit: int) -> int:
        """Take one request of `limit` a minute: 0 where there was one, else the whole seconds to wait for it."""
        with self._lock:
            now = self._clock()
            bucket = self._buckets.setdefault(caller, _Bucket(limit, now))
            self._buckets.move_to_end(caller)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            bucket.left = min(float(limit), bucket.left + (now - bucket.at) * limit / PERIOD_S)
            bucket.at = now
            if bucket.left < 1:
                return math.ceil((1 - bucket.left) * PERIOD_S / limit)
            bucket.left -= 1
            return 0


class RateLimit:
    """Middleware after the viewer's: refuses with 429 and Retry-After."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the way on."""
        self._get_response = get_response
        self._buckets = Buckets()

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
