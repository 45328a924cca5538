"""A POST to a host outside: bounded in time, and never into the own network by accident.

The host is looked up once, its addresses are checked, and the connection goes to a checked address; redirects are not
followed. Hosts of the own network are named in `GEO_IOC_WEBHOOK_PRIVATE_HOSTS`.
"""

import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

STEP_S = 10
"""Longest wait for one step: connecting, each read."""
TOTAL_S = 20
"""Longest delivery, whatever the receiver does."""
ADDRESSES_MOST = 3
"""Addresses of one host that are tried."""
URL_MOST = 500
AGAIN = frozenset({408, 425, 429})
"""Answers below 500 that may be different the next time."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """The notice was not taken; `again` says whether a later try may succeed."""

    def __init__(self, reason: str, *, again: bool, status: int | None = None) -> None:
        """Keep the reason, which goes into the delivery log, and the receiver's status where it answered."""
        super().__init__(reason)
        self.again = again
        self.status = status


def is_usable(url: str) -> bool:
    """Whether a notice may be posted to this URL at all; where its host points is looked at when it is posted.

    Not: other than https (http only within the own network), without a host, with a login, or too long.
    """
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0 and parts.username is None and len(url) <= URL_MOST
    except ValueError:
        return False
    if not whole or not url.isascii() or any(sign <= " " for sign in url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_ours(parts))


def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Deliver a body to a usable URL.

    Raises:
        Refused: not reachable, too slow, an address that is not allowed, or an answer other than 2xx.
    """
    parts = urlsplit(url)
    try:
        with _connected(parts) as connection:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body=body, headers={"User-Agent": "geo_ioc", **headers})
            status = connection.getresponse().status
    except (OSError, HTTPException) as fault:
        raise Refused(f"{type(fault).__name__}: {fault}", again=True) from fault
    if not 200 <= status < 300:
        raise Refused(f"HTTP {status}", again=status >= 500 or status in AGAIN, status=status)


@contextmanager
def _connected(parts: SplitResult) -> Iterator[HTTPConnection]:
    """A connection to a checked address of the host, cut after `TOTAL_S`."""
    host, secure = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secure else 80)  # never None: the client would look for it in an IPv6 address
    connection = (HTTPSConnection if secure else HTTPConnection)(host, port, timeout=STEP_S)
    limit = Timer(TOTAL_S, _cut, [connection])
    limit.daemon = True
    limit.start()
    try:
        connection.sock = _opened(_addresses(parts, port), port)
        if secure:
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host, do_handshake_on_connect=False)
            connection.sock.do_handshake()
        yield connection
    finally:
        limit.cancel()
        connection.close()


def _addresses(parts: SplitResult, port: int) -> list[str]:
    """The addresses of the host.

    Raises:
        Refused: one of them lies in a network that is not public, and the host is not named as ours.
    """
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not _is_ours(parts) and not all(_is_public(address) for address in addresses):
        raise Refused("the host has an address in a network that is not public", again=False)
    return addresses[:ADDRESSES_MOST]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    return address.is_global and not address.is_multicast and address not in NAT64


def _opened(addresses: list[str], port: int) -> socket.socket:
    """A socket to the first address that answers."""
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=STEP_S)
    return socket.create_connection((addresses[-1], port), timeout=STEP_S)


def _is_ours(parts: SplitResult) -> bool:
    return parts.hostname in {host.lower() for host in settings.WEBHOOK_PRIVATE_HOSTS}


def _cut(connection: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
