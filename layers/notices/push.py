"""Notices to browsers by Web Push (RFC 8030), encrypted for the one browser (RFC 8291) and signed as ours (RFC 8292).

The push service of the browser's maker passes them on without being able to read them.
"""

import base64
import json
import os
import time
from typing import Final
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.crypto import salted_hmac
from py_vapid import Vapid02

from layers.core.errors import Invalid
from layers.core.text import Text
from layers.notices import outside
from layers.notices.models import Browser
from layers.notices.outside import Refused
from layers.notices.template import Message

TTL_S: Final = 24 * 3600
"""How long a push service keeps a notice for a browser that is off."""
SIGNED_FOR_S: Final = 12 * 3600
"""Validity of a signature; a day at most (RFC 8292, 2)."""
BODY_MOST: Final = 1_000
"""Characters of the words: a message holds 3,993 bytes (RFC 8291, 4), a Vietnamese letter up to three."""
GONE: Final = frozenset({404, 410})
"""Answers that say that the browser no longer takes notices (RFC 8030, 7.3)."""
SIGNED_BELOW: Final = "\n--\n"
"""What stands below this line is for a letter, not for a notice on a screen (RFC 3676, 4.3, without its blank)."""
P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the curve's group (SEC 2, 2.4.2)."""
NO_BROWSER = Text(vi="Trình duyệt gửi đăng ký không đọc được.", en="The browser's subscription cannot be read.")


def public_key() -> str:
    """What a browser subscribes with: it takes notices from nobody else. Changes with the server's secret key."""
    return _text(_public_bytes(_key()))


def require(endpoint: str, p256dh: str, auth: str) -> None:
    """See that a browser's subscription can be used.

    Raises:
        Invalid: the endpoint is no usable URL, the key no point of the curve, or the secret not 16 bytes.
    """
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh))
        whole = len(_bytes(auth)) == 16
    except (ValueError, TypeError):
        whole = False
    if not whole or not outside.is_usable(endpoint):
        raise Invalid(NO_BROWSER, field="subscription")


def post(endpoint: str, message: Message, *, link: str, delivery: str) -> None:
    """Hand a message to the push service of a browser.

    Args:
        endpoint: of a `Browser`.
        message: subject and body; a longer body is cut.
        link: address within this site that opens when the notice is pressed.
        delivery: the same at every try of one notice: a browser shows it once.

    Raises:
        Refused: not taken. A browser that no longer takes notices is forgotten.
    """
    browser = Browser.objects.filter(endpoint=endpoint).first()
    if browser is None:
        raise Refused("the browser no longer takes notices", again=False)
    body = message.body.partition(SIGNED_BELOW)[0].strip()[:BODY_MOST]
    words = {"title": message.subject, "body": body, "link": link, "tag": delivery}
    try:
        outside.post(endpoint, _encrypted(browser, json.dumps(words, ensure_ascii=False).encode()), _headers(endpoint))
    except Refused as fault:
        if fault.status in GONE:
            browser.delete()
        raise


def _encrypted(browser: Browser, body: bytes) -> bytes:
    made: bytes = http_ece.encrypt(
        body,
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(browser.p256dh),
        auth_secret=_bytes(browser.auth),
        version="aes128gcm",
    )
    return made


def _headers(endpoint: str) -> dict[str, str]:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + SIGNED_FOR_S,
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}",
    }
    signed: dict[str, str] = Vapid02(_key()).sign(claims)
    return {**signed, "Content-Encoding": "aes128gcm", "TTL": str(TTL_S), "Urgency": "high"}


def _key() -> ec.EllipticCurvePrivateKey:
    """Our key, derived from the server's secret key as a webhook's secret is: there is nothing more to keep."""
    digest = salted_hmac("layers.notices.push", "vapid", algorithm="sha512").digest()
    return ec.derive_private_key(int.from_bytes(digest, "big") % (P256_ORDER - 1) + 1, ec.SECP256R1())


def _public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
