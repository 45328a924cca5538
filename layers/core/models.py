"""Tables the kernel itself needs, and what every feature on the map has in common."""

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone

from layers.core.attribute import Options


class PlacePrecision(Options):
    """How exactly a thing's place is known; a point is never faked."""

    EXACT = "exact", "Chính xác", "Exact"
    ADDRESS = "address", "Theo địa chỉ", "Address"
    COMMUNE = "commune", "Theo xã", "Commune"
    PROVINCE = "province", "Theo tỉnh", "Province"


class MapFeature(models.Model):
    """A row with a place.

    A concrete model declares its own `geom` (EPSG:4326, lon/lat, two dimensions). `version` counts changes, however
    they were made: `sync_journal` installs the trigger that does so.
    """

    place_precision = models.CharField(
        max_length=8, choices=PlacePrecision.choices(), default=PlacePrecision.EXACT.value
    )
    version = models.BigIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(geom__isvalid=True), name="%(app_label)s_%(class)s_geom_valid"),
        ]


class LatestValue(models.Model):
    """The latest value of a metric of a feature; never overwritten by an older one."""

    layer = models.CharField(max_length=64)
    feature_id = models.BigIntegerField()
    metric = models.CharField(max_length=64)
    value = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "feature_id", "metric"], name="core_latest_value_one")]


class Sighting(models.Model):
    """What a stream layer saw last, one row an object; read by `/features`, swept when its time to live is over."""

    layer = models.CharField(max_length=64)
    feature_id = models.BigIntegerField()
    commune_id = models.BigIntegerField(null=True)
    geom = models.PointField(srid=4326)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    attributes = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "feature_id"], name="core_sighting_one")]


class RevisionState(Options):
    """Whether a correction holds."""

    APPLIED = "applied", "Đã áp dụng", "Applied"
    PROPOSED = "proposed", "Chờ duyệt", "Proposed"
    REJECTED = "rejected", "Không duyệt", "Rejected"


class Revision(models.Model):
    """A generic correction of a feature: what was, what is, who and why. Written by `edit`, never changed after."""

    layer = models.CharField(max_length=64)
    feature_id = models.BigIntegerField()
    version = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=RevisionState.choices(), default=RevisionState.APPLIED.value)
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["layer", "feature_id", "-at"], name="core_revision_feature")]
