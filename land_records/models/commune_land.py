"""Land of a commune added up from day to day, and which communes are to be added up anew."""

from typing import Any

from django.db import models
from django.db.models import F, Q


class CommuneLand(models.Model):
    """What the register says today of a commune's land over the days [since, until); made by `statistics.kept`.

    Attributes:
        until: null for what holds now.
        areas: tenths of a square metre by the use that holds them itself, without its parts; nothing is left out.
        parcels, certified: number of parcels, and of those with a certificate.
        added_at: when it was added up.
    """

    commune = models.ForeignKey("admin_units.AdminUnit", models.CASCADE, related_name="+", db_index=False)
    since = models.DateField()
    until = models.DateField(null=True, db_index=True)
    areas: Any = models.JSONField(default=dict)
    parcels = models.PositiveIntegerField()
    certified = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        """One row a commune and day it begins."""

        constraints = [
            models.UniqueConstraint(fields=["commune", "since"], name="land_records_commune_land_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="land_records_commune_land_days"
            ),
        ]

    def __str__(self) -> str:
        """Whose, since when."""
        return f"{self.commune_id} {self.since.isoformat()}"


class ChangedCommune(models.Model):
    """That parcels of a commune changed: a row a statement and commune, written by triggers on parcels and uses.

    Rows are only added, and taken away by who adds the commune up: writers never wait for one another here.
    """

    commune_id = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        """Which."""
        return str(self.commune_id)
