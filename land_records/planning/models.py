"""Plans and their zones."""

from datetime import datetime
from typing import Any, Self

from django.contrib.gis.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from land_records.planning.terms import PlanKind, PlanStatus
from land_records.scale import LandUse
from land_records.terms import Source
from layers.core.models import MapFeature

ZONE_NUMBER = "land_records_zone_numbers"
"""Sequence of the numbers that zones keep through their versions."""


def next_zone_number() -> Func:
    """The next number, as the database gives it."""
    return Func(Value(ZONE_NUMBER), function="nextval", output_field=models.BigIntegerField())


class PlanQuerySet(models.QuerySet[Any]):
    """Plans as they were known."""

    def known(self, at: datetime | None = None) -> Self:
        """What was known of plans at a moment, one row a version; without one, what is known now."""
        if at is None:
            return self.filter(recorded_to__isnull=True)
        return self.filter(Q(recorded_to__isnull=True) | Q(recorded_to__gt=at), recorded_from__lte=at)


class Plan(models.Model):
    """What was known of one version of a plan (quy hoạch, kế hoạch); an adjustment is a version that replaces another.

    When something else gets known of an approved version, its row ends and another begins. The zones go over to that
    one, so that a zone always leads to its plan as it was known with it. Of a draft only the last is kept.

    Attributes:
        code: known by it through its versions, as the authority writes it.
        replaces_code, replaces_version: the plan it took the place of; empty for none.
        unit: the province or commune it is made for.
        period_from, period_to: first and last year (thời kỳ 2021–2030); `vision`: year it looks ahead to (tầm nhìn).
        valid_from, valid_to: days [from, to) on which it is in force; null for a draft, and while nothing ends it.
        recorded_from, recorded_to: moments [from, to) over which the register said so; of a version one is known now.
    """

    code = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    replaces_code = models.CharField(max_length=60, blank=True, default="")
    replaces_version = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=8, choices=PlanKind.choices())
    name = models.CharField(max_length=250)
    unit = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, related_name="+")
    decision_number = models.CharField(max_length=60, blank=True)
    authority = models.CharField(max_length=120, blank=True)
    approved_on = models.DateField(null=True)
    period_from = models.PositiveSmallIntegerField()
    period_to = models.PositiveSmallIntegerField()
    vision = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    status = models.CharField(max_length=9, choices=PlanStatus.choices(), default=PlanStatus.DRAFT.value)
    source = models.CharField(max_length=8, choices=Source.choices(), default=Source.IMPORTED.value)
    recorded_from = models.DateTimeField(default=timezone.now)
    recorded_to = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        """What is in force says by which decision and since when; what no longer is, until when."""

        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], condition=Q(recorded_to__isnull=True), name="land_records_plan_once"
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_to__gt=F("recorded_from")),
                name="land_records_plan_recorded",
            ),
            models.CheckConstraint(
                condition=Q(replaces_code="", replaces_version__isnull=True)
                | ~Q(replaces_code="") & Q(replaces_version__isnull=False),
                name="land_records_plan_replaces",
            ),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="land_records_plan_period"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="land_records_plan_valid"
            ),
            models.CheckConstraint(
                condition=Q(status=PlanStatus.DRAFT.value)
                | Q(approved_on__isnull=False, valid_from__isnull=False) & ~Q(decision_number=""),
                name="land_records_plan_approved",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[PlanStatus.REPLACED.value, PlanStatus.WITHDRAWN.value])
                | Q(valid_to__isnull=False),
                name="land_records_plan_ended",
            ),
        ]
        indexes = [models.Index(fields=["code", "version"], name="land_records_plan_code")]

    def __str__(self) -> str:
        """As cited."""
        return f"{self.name} ({self.decision_number})" if self.decision_number else self.name

    @property
    def reference(self) -> str:
        """Code and version as asked for: `QH-25459:2`."""
        return f"{self.code}:{self.version}"

    @property
    def period(self) -> str:
        """As written: `2021–2030`."""
        return f"{self.period_from}–{self.period_to}"


class PlanZone(MapFeature):
    """One version of a zone of a plan. Its valid time is the plan's; a correction of either ends its recorded time.

    Attributes:
        number: the same through all versions.
        plan: as it was known with this version.
        code: known by it within its plan.
        planned_use, current_use: codes of the classification of 2024.
        commune: where it lies, or mostly lies.
        srid: EPSG code of the VN-2000 zone of that commune's land documents; `geom_plane` is the shape on its plane.
        area_m2: of `geom_plane`.
        is_draft: of a plan not yet approved; the public layer has no such rows.
        is_current: in force today and not corrected since, by the nightly job: nothing that is shown reads the clock.
    """

    number = models.BigIntegerField(db_default=next_zone_number())
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="zones")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True)
    planned_use = models.CharField(max_length=3, choices=LandUse.choices())
    current_use = models.CharField(max_length=3, choices=LandUse.choices(), null=True)
    note = models.CharField(max_length=500, blank=True)
    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, related_name="+")
    srid = models.PositiveIntegerField()
    area_m2 = models.FloatField()
    is_draft = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    recorded_from = models.DateTimeField(default=timezone.now)
    recorded_to = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=False)
    geom = models.MultiPolygonField(srid=4326)
    geom_plane = models.GeneratedField(
        expression=Func(F("geom"), F("srid"), function="ST_Transform", output_field=models.MultiPolygonField(srid=0)),
        output_field=models.MultiPolygonField(srid=0, spatial_index=False),
        db_persist=True,
    )

    class Meta(MapFeature.Meta):
        """Of a zone one version is known now; a draft has no time."""

        constraints = [
            *MapFeature.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "code"], condition=Q(recorded_to__isnull=True), name="land_records_zone_once"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(is_current=True), name="land_records_zone_current_once"
            ),
            models.CheckConstraint(
                condition=Q(is_draft=True, is_current=False) | Q(is_draft=False, valid_from__isnull=False),
                name="land_records_zone_draft",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="land_records_zone_valid"
            ),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="land_records_zone_area"),
        ]
        indexes = [
            models.Index(fields=["number"], name="land_records_zone_number"),
            models.Index(fields=["planned_use"], name="land_records_zone_use"),
            models.Index(fields=["valid_from", "valid_to"], name="land_records_zone_period"),
        ]

    def __str__(self) -> str:
        """Use and name."""
        return f"{self.planned_use} {self.name}".strip()
