"""What was registered, by whom and why; which parcels came of which; the papers behind it."""

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import OpClass
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone

from land_records.terms import DocumentKind, TransactionKind


class Transaction(models.Model):
    """One registered change (biến động). Rows name the transaction that wrote them and the one that ended them.

    Attributes:
        effective_on: first day on which it holds; never after `recorded_at`.
        recorded_at: since when the register says so; one moment for all rows it writes.
        dossier: number of the one-stop shop's dossier (mã hồ sơ).
        undoes: the transaction that this one takes back; each is taken back at most once.
        detail: what the rows do not say themselves; no person.
    """

    kind = models.CharField(max_length=16, choices=TransactionKind.choices())
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)
    dossier = models.CharField(max_length=40, blank=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    detail: Any = models.JSONField(default=dict)

    class Meta:
        """Found by how a dossier's number begins, listed newest first."""

        ordering = ("-recorded_at", "-pk")
        indexes = [
            models.Index(
                OpClass(Upper("dossier"), "text_pattern_ops"), name="land_records_dossier", condition=~Q(dossier="")
            ),
            models.Index(fields=["kind", "effective_on"], name="land_records_transaction_kind"),
        ]

    def __str__(self) -> str:
        """Its kind and day."""
        return f"{self.kind} {self.effective_on.isoformat()}"


class Lineage(models.Model):
    """One step of a parcel's descent: which went into which, by what transaction.

    Attributes:
        parent, child: numbers through all versions (`Parcel.su_id`).
        recorded_to: null unless the transaction was undone.
    """

    parent = models.BigIntegerField()
    child = models.BigIntegerField()
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="lineage")
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        """Walked both ways."""

        constraints = [
            models.UniqueConstraint(fields=["parent", "child", "transaction"], name="land_records_lineage_once"),
            models.CheckConstraint(condition=~Q(parent=models.F("child")), name="land_records_lineage_apart"),
        ]
        indexes = [models.Index(fields=["child"], name="land_records_lineage_child")]

    def __str__(self) -> str:
        """Both numbers."""
        return f"{self.parent} → {self.child}"


class Document(models.Model):
    """A paper of the register (LA_Source): what a transaction rests on, or a parcel's scan.

    Attributes:
        su_id: the parcel it belongs to, where it belongs to one.
        number: as printed; no person's name.
    """

    kind = models.CharField(max_length=12, choices=DocumentKind.choices())
    su_id = models.BigIntegerField(null=True, db_index=True)
    transaction = models.ForeignKey(Transaction, models.PROTECT, null=True, related_name="documents")
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True)
    issuer = models.CharField(max_length=200, blank=True)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Its title and number."""
        return f"{self.title} {self.number}".strip()
