"""Two times of everything the register holds: when it was so, and when that was known."""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.gis.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils import timezone

HOLDS_NOW = Q(valid_to__isnull=True, recorded_to__isnull=True)
"""No transaction takes effect after the day it is registered, so what has no end holds today."""


def as_of(at: date, known_at: datetime | None = None) -> Q:
    """What held on a day, as far as was known at a moment; without one, as far as is known now.

    Periods are half open: the day on which a row ends is the first on which it does not hold.
    """
    held = Q(valid_from__lte=at) & (Q(valid_to__isnull=True) | Q(valid_to__gt=at))
    if known_at is None:
        return held & Q(recorded_to__isnull=True)
    return held & Q(recorded_from__lte=known_at) & (Q(recorded_to__isnull=True) | Q(recorded_to__gt=known_at))


class VersionedQuerySet(models.QuerySet[Any]):
    """Rows with two times."""

    def current(self) -> Self:
        """What holds now."""
        return self.filter(is_current=True)

    def as_of(self, at: date, known_at: datetime | None = None) -> Self:
        """What held on a day, as far as was known at a moment (`as_of`)."""
        return self.filter(as_of(at, known_at))


class Versioned(models.Model):
    """A row of the register (LADM VersionedObject): never changed but for the ends of its two times.

    Attributes:
        valid_from, valid_to: days [from, to) over which it was so; an open end is null.
        recorded_from, recorded_to: moments [from, to) over which the register said so.
        made_by, closed_by: the transaction whose content it is, and the one that ended its recorded time.
    """

    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_from = models.DateTimeField(default=timezone.now)
    recorded_to = models.DateTimeField(null=True)
    made_by = models.ForeignKey("land_records.Transaction", models.PROTECT, null=True, related_name="+", db_index=False)
    closed_by = models.ForeignKey(
        "land_records.Transaction", models.PROTECT, null=True, related_name="+", db_index=False
    )
    is_current = models.GeneratedField(
        expression=ExpressionWrapper(HOLDS_NOW, output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = VersionedQuerySet.as_manager()

    class Meta:
        """Neither time is empty or runs backwards; what a transaction wrote and ended is found by it."""

        abstract = True
        indexes = [
            models.Index(fields=[field], condition=Q(**{f"{field}__isnull": False}), name=f"land_%(class)s_{field}")
            for field in ("made_by", "closed_by")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
                name="%(app_label)s_%(class)s_valid_time",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_to__gte=models.F("recorded_from")),
                name="%(app_label)s_%(class)s_recorded_time",
            ),
        ]
