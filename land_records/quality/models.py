"""Problems of the register's parcels, their history, and what has changed since parcels were last looked at."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from land_records.quality.terms import EntryKind, ProblemKind, ProblemState
from layers.core.models import MapFeature


class ParcelProblem(MapFeature):
    """Something wrong with one parcel or between several, from the day it was found to the day it was gone.

    It is known by its kind and its parcels: looking again keeps owner and state, and finding again what was gone opens
    the same row.

    Attributes:
        parcels: their numbers through all versions (`Parcel.su_id`), ascending.
        numbers: the parcels as an officer writes them, sheet/number, the first few.
        commune, sheet: of the first parcel.
        beside: the commune of the first parcel that lies in another one; where there is none, `commune` again.
        geom: the ground both claim, the open ground, or the parcels, EPSG:4326.
        area_m2: of the ground; of areas that differ, by how much, m².
        share_percent: of areas that differ, recorded − computed, % of the computed one.
        found_at: when it was found, the last time where it was gone meanwhile.
        gone_at: when looking again found it no more.
        owner: who takes care of it.
        is_current: it is still there.
    """

    kind = models.CharField(max_length=16, choices=ProblemKind.choices())
    parcels = ArrayField(models.BigIntegerField())
    numbers = models.CharField(max_length=200)
    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, related_name="+")
    beside = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, related_name="+")
    sheet = models.PositiveIntegerField()
    area_m2 = models.FloatField()
    share_percent = models.FloatField(null=True)
    found_at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=ProblemState.choices(), default=ProblemState.OPEN.value)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_current = models.BooleanField(default=True)
    geom = models.MultiPolygonField(srid=4326)

    class Meta(MapFeature.Meta):
        """One row a kind and its parcels; found by parcel, filtered by kind and state."""

        constraints = [
            *MapFeature.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "parcels"], name="land_records_problem_once"),
            models.CheckConstraint(
                condition=Q(is_current=True, gone_at__isnull=True) & ~Q(state=ProblemState.GONE.value)
                | Q(is_current=False, gone_at__isnull=False),
                name="land_records_problem_there_or_gone",
            ),
        ]
        indexes = [
            GinIndex(fields=["parcels"], name="land_records_problem_parcels"),
            models.Index(fields=["kind", "state"], name="land_records_problem_kind"),
        ]

    def __str__(self) -> str:
        """Its kind and parcels."""
        return f"{self.kind} {self.numbers}"


class ProblemEntry(models.Model):
    """One thing that happened to a problem, never changed after: found, taken, accepted, gone.

    Attributes:
        by: who did it; null where looking again did.
        text: why.
    """

    problem = models.ForeignKey(ParcelProblem, models.CASCADE, related_name="entries", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=8, choices=EntryKind.choices())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.CharField(max_length=1000, blank=True)

    class Meta:
        """Read newest first."""

        indexes = [models.Index(fields=["problem", "-at"], name="land_records_problem_entry")]

    def __str__(self) -> str:
        """Its kind and time."""
        return f"{self.kind} {self.at.isoformat()}"


class ParcelChange(models.Model):
    """A parcel to look at again: a queue that the database's triggers fill within the transaction that changes it.

    Attributes:
        su_id: the parcel; null: so many changed at once that its whole commune is looked at.
        geom: the ground it had or has, EPSG:4326.
    """

    su_id = models.BigIntegerField(null=True)
    commune_id = models.BigIntegerField(db_index=True)
    geom = models.GeometryField(srid=4326, null=True, spatial_index=False)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        """The parcel."""
        return f"Parcel {self.su_id or '*'} of {self.commune_id}"
