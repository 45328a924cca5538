"""Writing an entry, and what makes the log tamper-evident.

In: a viewer and what they do. Out: a row of `audit_entry`. The database itself numbers, dates and chains the entries
(the triggers of migration 0001), whoever writes them; here the same hash is computed a second time, in Python, so that
a changed function in the database does not go unnoticed.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.db import connection

from layers.core.errors import Invalid
from layers.core.text import Text
from layers.core.viewer import Viewer

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""
PURPOSE_MOST = 1_000
"""Characters of a purpose."""
DETAIL_MOST = 8_000
"""Characters of `detail` as JSON."""

_INSERT = """
insert into audit_entry (user_id, login, device, roles, action, layer, feature_id, purpose, detail)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb) returning sequence, at, hash
"""

Plain = str | int | float | bool | None
Detail = Mapping[str, "Plain | Sequence[Plain] | Mapping[str, Plain]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that an entry was written; `hash` names it and everything before it."""

    sequence: int
    at: datetime
    hash: str


def record(
    viewer: Viewer,
    action: str,
    *,
    layer: str | None,
    feature_id: int | None = None,
    purpose: str | None = None,
    detail: Detail | None = None,
) -> Receipt:
    """Write who does what, before it is done.

    Inside a transaction the entry stands or falls with it, and other writers wait until the transaction ends: record
    last before the data is handed over, and record a refusal outside the transaction that is rolled back.

    Args:
        viewer: who acts; the public leaves user and device empty.
        action: slug of what is done: `reveal`, `restricted_search`, `export`.
        layer: id of the layer; None for what concerns no layer.
        feature_id: the one feature concerned; for many, their number goes into `detail`.
        purpose: why, in the viewer's words; at most `PURPOSE_MOST` characters.
        detail: what else must be known later: names of fields and counts, never the personal values themselves.

    Raises:
        Invalid: the purpose or the detail is too long, or the detail is not JSON.
    """
    values = (
        viewer.user_id,
        viewer.user,
        viewer.device,
        sorted(viewer.roles),
        action,
        layer,
        feature_id,
        _purpose(purpose),
        _detail(detail or {}),
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        sequence, at, digest = cursor.fetchone()
    return Receipt(sequence=sequence, at=at, hash=digest)


def content_hash(parts: Sequence[object]) -> str:
    """SHA-256 (hex) of an entry's columns, in the order of the SQL function `audit_hash`.

    Args:
        parts: strings, None, and one list of strings, as `jsonb_build_array` receives them.
    """
    return sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def instant(at: datetime) -> str:
    """UTC with microseconds, as the hash reads it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _purpose(purpose: str | None) -> str | None:
    # NUL and lone surrogates reach us through JSON escapes; the database can hold neither.
    readable = (purpose or "").replace("\0", "").encode(errors="ignore").decode()
    words = unicodedata.normalize("NFC", readable).strip()
    if len(words) > PURPOSE_MOST:
        raise Invalid(
            Text(vi=f"Mục đích dài quá {PURPOSE_MOST} ký tự.", en=f"The purpose exceeds {PURPOSE_MOST} characters."),
            field="purpose",
        )
    return words or None


def _detail(detail: Detail) -> str:
    try:
        written = json.dumps(detail, ensure_ascii=False, allow_nan=False)
        written.encode()
    except (TypeError, ValueError) as error:
        raise Invalid(
            Text(vi="Chi tiết nhật ký không phải JSON.", en="The log's detail is not JSON."), field="detail"
        ) from error
    if len(written) > DETAIL_MOST or "\\u0000" in written:
        raise Invalid(
            Text(vi="Chi tiết nhật ký quá dài hoặc có ký tự NUL.", en="The log's detail is too long or holds NUL."),
            field="detail",
        )
    return written
