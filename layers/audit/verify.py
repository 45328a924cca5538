"""Re-computes the chain of the access log and names the first entry that does not fit."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextField
from django.db.models.functions import Cast

from layers.audit.chain import GENESIS
from layers.audit.models import AuditEntry
from layers.core.text import Text

CHANGED = Text(
    vi="nội dung mục này đã bị sửa: mã băm không khớp",
    en="the content of this entry was changed: its hash does not match",
)
UNLINKED = Text(
    vi="mục này không nối với mục đứng trước", en="this entry does not name the hash of the entry before it"
)
MISSING = Text(vi="mục này đã mất", en="this entry is missing")
ANCHOR = Text(
    vi="mã băm của mục này khác mã đã lưu ở nơi khác",
    en="the hash of this entry differs from the one kept elsewhere",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first entry that breaks the chain, and how."""

    sequence: int
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a walk over the whole log found.

    Attributes:
        entries: how many entries fit.
        last: number and hash of the last of them; None where the log is empty.
        broken: the first that does not.
    """

    entries: int
    last: tuple[int, str] | None
    broken: Broken | None


def verify(*, first: int = 1, anchor: tuple[int, str] | None = None) -> Verdict:
    """Walk over the log in order.

    Args:
        first: number of the oldest entry that must be there; above 1 after old entries were archived and removed.
        anchor: number and hash of an entry, kept outside the database: shows a log rewritten as a whole or cut off.
    """
    entries, last = 0, None
    expected, previous = first, GENESIS if first == 1 else None
    for entry, detail in _entries():
        reason = _fault(entry, detail, expected, previous)
        if reason is None and anchor and anchor[0] == entry.sequence and anchor[1] != entry.hash:
            reason = ANCHOR
        if reason is not None:
            number = expected if reason is MISSING else entry.sequence
            return Verdict(entries=entries, last=last, broken=Broken(sequence=number, reason=reason))
        entries, last = entries + 1, (entry.sequence, entry.hash)
        expected, previous = entry.sequence + 1, entry.hash
    if anchor and anchor[0] >= expected:
        return Verdict(entries=entries, last=last, broken=Broken(sequence=expected, reason=MISSING))
    return Verdict(entries=entries, last=last, broken=None)


def _entries() -> Iterator[tuple[AuditEntry, str]]:
    """Every entry in order, with `detail` as the database writes it."""
    rows = AuditEntry.objects.order_by("sequence").annotate(detail_text=Cast("detail", TextField()))
    for entry in rows.iterator(chunk_size=2_000):
        yield entry, entry.detail_text


def _fault(entry: AuditEntry, detail: str, expected: int, previous: str | None) -> Text | None:
    if entry.sequence != expected:
        return MISSING
    if previous is not None and entry.previous_hash != previous:
        return UNLINKED
    if entry.hash != entry.computed_hash(detail):
        return CHANGED
    return None
