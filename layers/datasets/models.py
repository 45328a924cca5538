"""A dataset's declaration, and the one partitioned table of all datasets' features."""

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils import timezone

from layers.core.attribute import Options
from layers.core.models import MapFeature


class GeometryKind(Options):
    """What the features are drawn as."""

    POINT = "point", "Điểm", "Points"
    LINE = "line", "Đường", "Lines"
    POLYGON = "polygon", "Vùng", "Areas"
    MIXED = "mixed", "Nhiều loại hình", "Several kinds"


class Dataset(models.Model):
    """One layer's declaration as a row; the layer's id is `d-<id>`.

    Attributes:
        name: slug under which a later file finds it again.
        schema: the attributes, as `schema.Property` writes them.
        key: attribute that identifies a feature; empty: its whole content does.
        is_public: seen by everyone; else by the `roles`.
        coarse_zoom: below it tiles carry cells; null where there are few features.
        version: counts changes of the declaration.
    """

    name = models.SlugField(max_length=63, unique=True)
    title_vi = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    schema: Any = models.JSONField(default=list)
    key = models.CharField(max_length=40, blank=True)
    geometry = models.CharField(max_length=7, choices=GeometryKind.choices(), default=GeometryKind.MIXED.value)
    is_public = models.BooleanField(default=False)
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    color = models.CharField(max_length=7)
    coarse_zoom = models.PositiveSmallIntegerField(null=True)
    source_vi = models.CharField(max_length=500, blank=True)
    source_en = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.BigIntegerField(default=1, editable=False)

    class Meta:
        """Nobody sees a dataset by mistake: public, or roles are named."""

        constraints = [
            models.CheckConstraint(condition=Q(is_public=True) ^ Q(roles__len__gt=0), name="datasets_dataset_access"),
            models.CheckConstraint(condition=Q(color__regex=r"^#[0-9A-F]{6}$"), name="datasets_dataset_color"),
        ]

    def __str__(self) -> str:
        """Its title."""
        return self.title_vi

    @property
    def layer_id(self) -> str:
        """Id of its layer."""
        return f"d-{self.pk}"


class DatasetFeature(MapFeature):
    """A feature of some dataset; the database's own key is (dataset, id), `id` alone is unique by its one sequence.

    The table is made by the migration: partitioned by dataset, a partition for each.
    """

    id = models.BigAutoField(primary_key=True)
    dataset = models.ForeignKey(Dataset, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    geom = models.GeometryField(srid=4326)
    props: Any = models.JSONField(default=dict, blank=True)

    class Meta(MapFeature.Meta):
        """Its table is no table Django could make."""

        managed = False

    def save(self, **options: Any) -> None:
        """Store it; a known one by dataset and id, so that one partition is touched."""
        if self._state.adding:
            super().save(**options)
            return
        values = {"geom": self.geom, "props": self.props, "updated_at": self.updated_at}
        type(self).objects.filter(dataset_id=self.dataset_id, pk=self.pk).update(**values)

    def refresh_from_db(self, *args: Any, **options: Any) -> None:
        """Read it again, from its own partition."""
        options.setdefault("from_queryset", type(self).objects.filter(dataset_id=self.dataset_id))
        super().refresh_from_db(*args, **options)
