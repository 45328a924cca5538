"""Asking somebody's map server, on an administrator's behalf: bounded in time and size, and never into the own network
by accident.

In: an address that `address.check` let pass. Out: an `Answer`, or a `Failed` in both languages. A host is looked up
once and the connection goes to a checked address. Hosts of the own network are named in
`GEO_IOC_BASEMAP_PRIVATE_HOSTS`; an address `/…` is this server's own.
"""

import gzip
import ipaddress
import json
import socket
import ssl
import zlib
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from io import BytesIO
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

from layers.core.text import Text

STEP_S = 6
TOTAL_S = 12
LIMIT_BYTES = 8 * 1024 * 1024
REDIRECTS_MOST = 3
NAT64 = ipaddress.ip_network("64:ff9b::/96")
ELSEWHERE = "https://elsewhere.invalid"
"""Asked as a page of another site would ask, so that the answer tells whether browsers may read it."""


class Failed(Exception):
    """The address gave nothing usable; `message` says why in both languages."""

    def __init__(self, vi: str, en: str) -> None:
        """Keep the reason."""
        super().__init__(en)
        self.message = Text(vi=vi, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a map server said.

    Attributes:
        url: where it was found, after redirects.
        readable: whether pages of another site may read it (CORS).
    """

    url: str
    status: int
    type: str
    body: bytes
    readable: bool

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            Failed: it is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as fault:
            raise Failed("Câu trả lời không phải JSON.", "The answer is no JSON.") from fault


def absolute(address: str) -> str:
    """This server's own addresses get its host."""
    return f"http://127.0.0.1:{settings.GEO_IOC_PORT}{address}" if address.startswith("/") else address


def get(address: str, *, limit: int = LIMIT_BYTES, first: int | None = None, last: int | None = None) -> Answer:
    """Ask an address.

    Args:
        address: where.
        limit: longest body, bytes.
        first: of a part, its first byte; the answer must then be a part.
        last: of a part, its last byte.

    Raises:
        Failed: not reachable, too slow, too large, a network that is not public, or an answer other than 200.
    """
    url = absolute(address)
    part = {} if first is None else {"Range": f"bytes={first}-{last}"}
    for _ in range(REDIRECTS_MOST + 1):
        answer, onward = _once(url, part, limit)
        if onward is None:
            break
        url = urljoin(url, onward)
    else:
        raise Failed("Địa chỉ chuyển hướng quá nhiều lần.", "The address redirects too often.")
    if part and answer.status == 200:
        raise Failed(
            "Máy chủ không trả lời từng phần tệp (Range), nên PMTiles không dùng được.",
            "The server does not answer parts of a file (Range), which PMTiles needs.",
        )
    if answer.status not in (200, 206):
        raise Failed(f"Máy chủ trả lời HTTP {answer.status}.", f"The server answers HTTP {answer.status}.")
    return answer


def _once(url: str, part: dict[str, str], limit: int) -> tuple[Answer, str | None]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Failed("Địa chỉ chuyển hướng không dùng được.", "The address redirects to one that cannot be used.")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection = (HTTPSConnection if secure else HTTPConnection)(str(parts.hostname), port, timeout=STEP_S)
    cut = Timer(TOTAL_S, _cut, [connection])
    cut.daemon = True
    cut.start()
    try:
        connection.sock = socket.create_connection((_checked(parts, port), port), timeout=STEP_S)
        if secure:
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=parts.hostname)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": "geo_ioc", "Accept-Encoding": "gzip", "Origin": ELSEWHERE, **part}
        connection.request("GET", target, headers=headers)
        return _answer(url, connection.getresponse(), limit)
    except TimeoutError as fault:
        raise Failed(f"Máy chủ không trả lời trong {STEP_S} giây.", f"No answer within {STEP_S} seconds.") from fault
    except (OSError, HTTPException, EOFError, zlib.error) as fault:
        raise Failed(f"Không kết nối được: {fault}", f"It cannot be reached: {fault}") from fault
    finally:
        cut.cancel()
        connection.close()


def _answer(url: str, response: HTTPResponse, limit: int) -> tuple[Answer, str | None]:
    onward = response.headers.get("Location") if response.status in (301, 302, 303, 307, 308) else None
    body = response.read(limit + 1)
    if response.headers.get("Content-Encoding") == "gzip":
        with gzip.GzipFile(fileobj=BytesIO(body)) as unpacked:
            body = unpacked.read(limit + 1)
    if len(body) > limit:
        raise Failed(f"Câu trả lời lớn hơn {limit // 1024} kB.", f"The answer is larger than {limit // 1024} kB.")
    allowed = response.headers.get("Access-Control-Allow-Origin", "")
    own = url.startswith(absolute("/"))
    kind = response.headers.get_content_type() if response.headers.get("Content-Type") else ""
    readable = own or allowed in ("*", ELSEWHERE)
    return Answer(url=url, status=response.status, type=kind, body=body, readable=readable), onward


def _checked(parts: SplitResult, port: int) -> str:
    """An address of the host that may be connected to."""
    host = str(parts.hostname)
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    own = host == "127.0.0.1" and str(port) == str(settings.GEO_IOC_PORT)
    ours = own or host in {one.lower() for one in settings.BASEMAP_PRIVATE_HOSTS}
    if not ours and not all(_is_public(one) for one in found):
        raise Failed(
            f"Máy chủ {host} ở mạng nội bộ. Nêu tên nó trong GEO_IOC_BASEMAP_PRIVATE_HOSTS để cho phép đọc.",
            f"The host {host} lies in a private network. Name it in GEO_IOC_BASEMAP_PRIVATE_HOSTS to have it read.",
        )
    return found[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    return address.is_global and not address.is_multicast and address not in NAT64


def _cut(connection: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
