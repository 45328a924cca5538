"""Who files a transaction, since when it holds, on what papers; and the ledger's entry made from it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from land_records.ledger import Entry, entry
from land_records.models import Document
from land_records.terms import DocumentKind, TransactionKind
from layers.audit import TellingRefusal
from layers.core.errors import Invalid
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.core.viewer import Viewer

CONSENTS = (DocumentKind.CONSENT, DocumentKind.JUDGMENT)
"""Papers by which whoever holds a mortgage or disputes a parcel lets a transaction pass: their own, or a court's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper a transaction rests on; no person's name in it."""

    kind: DocumentKind
    title: str
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    is_demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What every transaction says of itself.

    Attributes:
        by: who registers it.
        effective_on: first day on which it holds; today where none is given.
        dossier: number of the one-stop shop's dossier.
    """

    by: Viewer
    effective_on: date | None = None
    reason: str = ""
    dossier: str = ""
    papers: Sequence[Paper] = ()

    @property
    def day(self) -> date:
        """First day on which it holds."""
        return self.effective_on or timezone.now().astimezone(LOCAL).date()

    @property
    def has_consent(self) -> bool:
        """Whether a consent or a judgment is among the papers, with its number."""
        return any(paper.kind in CONSENTS and paper.number.strip() for paper in self.papers)


class Faults:
    """Faults of a form, gathered field by field; the first of a field is kept."""

    def __init__(self) -> None:
        """None yet."""
        self._fields: dict[str, Text] = {}

    def add(self, field: str, vi: str, en: str) -> None:
        """One more."""
        self._fields.setdefault(field, Text(vi=vi, en=en))

    def stop(self) -> None:
        """Refuse where there are any.

        Raises:
            Invalid: with the reason of every field.
        """
        if self._fields:
            first = next(iter(self._fields.values()))
            raise Invalid(first, fields=self._fields)


def refusal(field: str, vi: str, en: str) -> Invalid:
    """One field's fault, to be raised."""
    said = Text(vi=vi, en=en)
    return Invalid(said, fields={field: said}, field=field)


def telling(field: str, vi: str, en: str) -> TellingRefusal:
    """The same, of a fault that says what the register holds of others: it goes into the access log."""
    said = Text(vi=vi, en=en)
    return TellingRefusal(said, fields={field: said}, field=field)


@contextmanager
def told_at(field: str, other: str) -> Iterator[None]:
    """Faults of one field are told at another: the one the officer filled in."""
    try:
        yield
    except Invalid as fault:
        fields = {other if name == field else name: said for name, said in fault.fields.items()}
        raise Invalid(fault.message, fields=fields, field=other if fault.field == field else fault.field) from fault


@contextmanager
def filed(
    kind: TransactionKind, filing: Filing, su_ids: Sequence[int], detail: Mapping[str, Any] | None = None
) -> Iterator[Entry]:
    """The ledger's entry of a filing over these parcels, with its papers."""
    try:
        with entry(
            kind,
            filing.by,
            effective_on=filing.effective_on,
            reason=filing.reason,
            dossier=filing.dossier,
            detail={"parcels": list(su_ids), **(detail or {})},
        ) as made:
            yield made
            Document.objects.bulk_create(
                Document(
                    kind=paper.kind.value,
                    su_id=su_ids[0] if len(su_ids) == 1 else None,
                    transaction=made.transaction,
                    title=paper.title,
                    number=paper.number,
                    issued_on=paper.issued_on,
                    issuer=paper.issuer,
                    is_demo=paper.is_demo,
                )
                for paper in filing.papers
            )
    except Invalid as fault:
        if fault.field and not fault.fields:
            raise Invalid(fault.message, fields={fault.field: fault.message}, field=fault.field) from fault
        raise
