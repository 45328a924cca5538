"""A file of parcels with their land users: who asked, for what, who agreed, and whether it was taken."""

from datetime import datetime
from enum import Enum

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class ExportState(Enum):
    """Where a request stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN = "taken"
    EXPIRED = "expired"


class PersonExport(models.Model):
    """A request for a file with land users (xuất danh sách kèm người sử dụng đất): one asks, another agrees, once.

    Attributes:
        communes: keys of the communes asked for.
        condition: CQL2 text over `parcel_cases`; empty where all parcels of the communes are meant.
        decided_by, is_approved: who agreed or refused; never who asked.
        expires_at: a day after it was asked for, and again a day after it was agreed to.
        taken_at: when the file was handed over; another needs another request.
    """

    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    purpose = models.CharField(max_length=1000)
    communes = ArrayField(models.BigIntegerField())
    condition = models.CharField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(null=True)
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        """Two people, and nothing taken that nobody agreed to: the database holds to both."""

        ordering = ("-requested_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="land_records_export_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, is_approved__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_approved__isnull=False),
                name="land_records_export_decided",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(is_approved=True), name="land_records_export_agreed"
            ),
            models.CheckConstraint(condition=~Q(communes=[]), name="land_records_export_somewhere"),
        ]

    def __str__(self) -> str:
        """Its row."""
        return f"PersonExport {self.pk}"

    def state(self, now: datetime) -> ExportState:
        """Where it stands at a moment."""
        if self.taken_at is not None:
            return ExportState.TAKEN
        if self.is_approved is False:
            return ExportState.REFUSED
        if now >= self.expires_at:
            return ExportState.EXPIRED
        return ExportState.APPROVED if self.is_approved else ExportState.REQUESTED
