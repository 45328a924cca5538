"""The signed token of an extract: which version of which parcel, read when, and the hash of what was drawn.

In: an `Extract`. Out: 104 characters at most, signed with the installation's key; keys of before are honoured as Django
does (`SECRET_KEY_FALLBACKS`). Nothing in it is secret, and nothing in it is a person.
"""

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core.signing import BadSignature, Signer

from land_records.extract.content import DIGEST_BYTES, Extract
from layers.core.time import LOCAL

LONGEST = 120
"""Characters that are read at all."""
_FORM = struct.Struct(f">BqIqIqH{DIGEST_BYTES}s")
"""Version of the form, su_id, valid_from, recorded_from, day asked, moment known, scale, digest."""
_VERSION = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class NotOurs(ValueError):
    """The token was not signed here, or is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a token says.

    Attributes:
        valid_from, recorded_from: the parcel's version.
        at: the day asked. known_at: the moment up to which the register was read.
    """

    su_id: int
    valid_from: date
    recorded_from: datetime
    at: date
    known_at: datetime
    scale: int
    digest: bytes

    @property
    def code(self) -> str:
        """The digest's beginning, as paper and page print it to be compared."""
        text = self.digest[:6].hex().upper()
        return "-".join(text[place : place + 4] for place in range(0, len(text), 4))

    @property
    def noon(self) -> datetime:
        """An instant of the day asked."""
        return datetime(self.at.year, self.at.month, self.at.day, 12, tzinfo=LOCAL)


def claim(made: Extract) -> Claim:
    """What the token of an extract is to say."""
    return Claim(
        su_id=made.row.su_id,
        valid_from=made.row.valid_from,
        recorded_from=made.row.recorded_from,
        at=made.at.astimezone(LOCAL).date(),
        known_at=made.known_at,
        scale=made.scale,
        digest=made.digest(),
    )


def written(said: Claim) -> str:
    """The token, of characters that stand in an address as they are."""
    body = _FORM.pack(
        _VERSION,
        said.su_id,
        said.valid_from.toordinal(),
        (said.recorded_from - _EPOCH) // _TICK,
        said.at.toordinal(),
        (said.known_at - _EPOCH) // _TICK,
        said.scale,
        said.digest,
    )
    return _signer().sign(base64.urlsafe_b64encode(body).rstrip(b"=").decode())


def read(token: str) -> Claim:
    """What a token says.

    Raises:
        NotOurs: it was changed, cut or made elsewhere.
    """
    if len(token) > LONGEST or not token.isascii():
        raise NotOurs
    try:
        text = _signer().unsign(token)
        body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        version, su_id, valid, recorded, at, known, scale, digest = _FORM.unpack(body)
    except (BadSignature, ValueError, struct.error) as fault:
        raise NotOurs from fault
    if version != _VERSION:
        raise NotOurs
    return Claim(
        su_id=su_id,
        valid_from=date.fromordinal(valid),
        recorded_from=_EPOCH + recorded * _TICK,
        at=date.fromordinal(at),
        known_at=_EPOCH + known * _TICK,
        scale=scale,
        digest=digest,
    )


def _signer() -> Signer:
    return Signer(salt="land_records.extract", sep=".")
