"""How the register changes: nothing is overwritten, nothing deleted; a change ends what was known and says what is.

A transaction takes effect on a day and is recorded at a moment. What it changes keeps its row, with the end of its
recorded time; a row that held before that day is written again with the day as its end; then comes what holds since.
Taking a transaction back is a transaction of its own: what was written is no longer what the register says, what was
ended is said again. So every answer "as of a day" and "as known at a moment" stays what it was.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction as database
from django.db.models import Q
from django.utils import timezone

from land_records.models import (
    Asset,
    Certificate,
    CertifiedParcel,
    Lineage,
    Parcel,
    ParcelUse,
    Restriction,
    Right,
    Survey,
    Transaction,
    Versioned,
)
from land_records.terms import TransactionKind
from layers.core.errors import Conflict, Invalid
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.core.viewer import Viewer

VERSIONED: tuple[type[Versioned], ...] = (Parcel, Right, Restriction, Certificate, CertifiedParcel, Asset)
"""Every table with two times."""
_TIMES = {"valid_from", "valid_to", "recorded_from", "recorded_to", "made_by_id", "closed_by_id"}


class Entry:
    """A transaction being written: rows are ended and added by it alone, at one moment."""

    def __init__(self, transaction: Transaction) -> None:
        """Write for this stored transaction."""
        self.transaction = transaction
        self.on: date = transaction.effective_on
        self.at: datetime = transaction.recorded_at

    def end(self, row: Versioned) -> None:
        """The row holds until the day of the transaction, and no longer.

        Raises:
            Invalid: the row began after that day: what is recorded already would be changed in its past.
            Conflict: another transaction ended it meanwhile.
        """
        if row.valid_from > self.on:
            raise Invalid(
                Text(
                    vi=f"Ngày có hiệu lực {self.on:%d/%m/%Y} sớm hơn biến động gần nhất ({row.valid_from:%d/%m/%Y}).",
                    en=f"{self.on.isoformat()} lies before the latest change ({row.valid_from.isoformat()}).",
                ),
                field="effective_on",
            )
        self._close(row)
        if row.valid_from < self.on:
            self._again(row, valid_to=self.on, made_by=self.transaction)

    def add(self, row: Versioned, uses: Iterable[ParcelUse] = (), survey: Survey | None = None) -> Versioned:
        """A row that holds since the day of the transaction; of a parcel, with its uses and survey."""
        row.pk, row.valid_from, row.valid_to, row.made_by = None, self.on, None, self.transaction
        return self._store(row, uses, survey)

    def revise(
        self,
        row: Versioned,
        changes: Mapping[str, Any] | None = None,
        uses: Iterable[ParcelUse] | None = None,
        survey: Survey | None = None,
    ) -> Versioned:
        """The row ends, and goes on with these fields changed; uses and survey stay where none are given."""
        kept_uses, kept_survey = _parts(row)
        self.end(row)
        revised = copied(row)
        for name, value in (changes or {}).items():
            setattr(revised, name, value)
        moved = changes is not None and "geom" in changes
        return self.add(revised, kept_uses if uses is None else uses, survey or (None if moved else kept_survey))

    def descend(self, parents: Iterable[int], children: Iterable[int]) -> None:
        """The parcels that went, and those they became (numbers through all versions)."""
        listed = list(children)
        Lineage.objects.bulk_create(
            Lineage(parent=parent, child=child, transaction=self.transaction) for parent in parents for child in listed
        )

    def _close(self, row: Versioned) -> None:
        closed = type(row)._default_manager.filter(pk=row.pk, recorded_to__isnull=True)
        if not closed.update(recorded_to=self.at, closed_by=self.transaction):
            raise Conflict(
                Text(
                    vi="Hồ sơ vừa được một biến động khác thay đổi; hãy mở lại rồi làm tiếp.",
                    en="Another transaction has just changed this record; open it again and go on.",
                )
            )

    def _again(self, row: Versioned, valid_to: date | None, made_by: Transaction | None) -> Versioned:
        """The row's content said once more, since this transaction, with this end."""
        copy = copied(row)
        copy.valid_from, copy.valid_to, copy.made_by = row.valid_from, valid_to, made_by
        return self._store(copy, *_parts(row))

    def _store(self, row: Any, uses: Iterable[ParcelUse], survey: Survey | None) -> Versioned:
        row.recorded_from, row.recorded_to, row.closed_by = self.at, None, None
        row.save(force_insert=True)
        if isinstance(row, Parcel):
            ParcelUse.objects.bulk_create(_of(use, row) for use in uses)
            if survey is not None:
                _of(survey, row).save(force_insert=True)
        stored: Versioned = row
        return stored


@contextmanager
def entry(
    kind: TransactionKind,
    by: Viewer,
    *,
    effective_on: date | None = None,
    reason: str = "",
    dossier: str = "",
    detail: Mapping[str, Any] | None = None,
    undoes: Transaction | None = None,
) -> Iterator[Entry]:
    """One registered change, all of it or nothing: an exception inside takes everything back.

    It takes effect on `effective_on`, today where none is given.

    Raises:
        Invalid: the day lies in the future.
    """
    now = timezone.now()
    today = now.astimezone(LOCAL).date()
    on = effective_on or today
    if on > today:
        raise Invalid(
            Text(vi=f"Ngày có hiệu lực {on:%d/%m/%Y} chưa đến.", en=f"{on.isoformat()} has not come yet."),
            field="effective_on",
        )
    with database.atomic():
        stored = Transaction.objects.create(
            kind=kind.value,
            effective_on=on,
            recorded_at=now,
            by_id=by.user_id,
            reason=reason,
            dossier=dossier,
            undoes=undoes,
            detail=dict(detail or {}),
        )
        yield Entry(stored)


def undo(transaction: Transaction, by: Viewer, *, reason: str) -> Transaction:
    """Take a transaction back by a compensating one; the register then says what it said before, and that it erred.

    Raises:
        Conflict: it was taken back already, or later transactions build on it: they go first.
    """
    _must_stand(transaction)
    with entry(
        TransactionKind.UNDO, by, effective_on=transaction.effective_on, reason=reason, undoes=transaction
    ) as taken:
        for model in VERSIONED:
            rows = model._default_manager
            for row in rows.filter(made_by=transaction, recorded_to__isnull=True).order_by("pk"):
                taken._close(row)
            for row in rows.filter(closed_by=transaction).order_by("pk"):
                taken._again(row, row.valid_to, made_by=row.made_by)
        Lineage.objects.filter(transaction=transaction).update(recorded_to=taken.at)
        return taken.transaction


def _must_stand(transaction: Transaction) -> None:
    """Refuse what was undone, undoes another, or carries later transactions that still stand."""
    if transaction.kind == TransactionKind.UNDO or Transaction.objects.filter(undoes=transaction).exists():
        raise Conflict(
            Text(vi="Biến động này đã được hủy hoặc là một lần hủy.", en="This is an undo, or was undone already.")
        )
    upon = Q(closed_by__isnull=False, closed_by__undone_by__isnull=True) & ~Q(closed_by__kind=TransactionKind.UNDO)
    if any(model._default_manager.filter(upon, made_by=transaction).exists() for model in VERSIONED):
        raise Conflict(
            Text(
                vi="Đã có biến động sau dựa trên biến động này; hãy hủy các biến động sau trước.",
                en="Later transactions build on this one; undo those first.",
            )
        )


def copied(row: Versioned, **changes: Any) -> Any:
    """A new row with the same content but for these changes, and no times."""
    fields = [f for f in type(row)._meta.concrete_fields if not f.generated and not f.primary_key]
    content = {f.attname: getattr(row, f.attname) for f in fields if f.attname not in _TIMES}
    return type(row)(**{**content, **changes})


def _parts(row: Versioned) -> tuple[list[ParcelUse], Survey | None]:
    """A parcel's uses and survey; of anything else none."""
    if not isinstance(row, Parcel):
        return [], None
    return list(ParcelUse.objects.filter(parcel=row).order_by("pk")), Survey.objects.filter(parcel=row).first()


Part = TypeVar("Part", ParcelUse, Survey)


def _of(part: Part, parcel: Parcel) -> Part:
    """The same use or survey, of another version."""
    fields = [f for f in type(part)._meta.concrete_fields if not f.primary_key and f.attname != "parcel_id"]
    return type(part)(parcel=parcel, **{f.attname: getattr(part, f.attname) for f in fields})
