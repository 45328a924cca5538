"""Tables of the toys: a unit, plots with two times, visits of a unit, datasets and their features."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone

from layers.core.attribute import Options
from layers.core.models import MapFeature


class PlotUse(Options):
    """What a plot is used for."""

    RICE = "rice", "Lúa", "Rice", "#C4580B"
    HOUSE = "house", "Nhà ở", "Housing", "#0B5FA5", "maki:home"
    FOREST = "forest", "Rừng", "Forest", "#1B7A43"


class VisitKind(Options):
    """Why somebody came."""

    CHECK = "check", "Kiểm tra", "Check", "#0B5FA5"
    REPAIR = "repair", "Sửa chữa", "Repair", "#C4580B"


class ToyUnit(models.Model):
    """What rows are scoped by: stands for a commune."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class ToyPlot(MapFeature):
    """One version of a plot: `plot` is its number through all versions."""

    plot = models.BigIntegerField()
    name = models.CharField(max_length=100)
    use = models.CharField(max_length=10, choices=PlotUse.choices(), null=True)
    area_m2 = models.FloatField(null=True)
    commune = models.ForeignKey(ToyUnit, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_from = models.DateTimeField(default=timezone.now)
    recorded_to = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=True)
    geom = models.PolygonField(srid=4326)

    class Meta(MapFeature.Meta):
        constraints = [
            *MapFeature.Meta.constraints,
            models.UniqueConstraint(fields=["plot"], condition=Q(is_current=True), name="toys_plot_current_once"),
            models.CheckConstraint(condition=Q(area_m2__isnull=True) | Q(area_m2__gt=0), name="toys_plot_area"),
        ]


class ToyVisit(MapFeature):
    """A visit to a place; seen by those who answer for its unit."""

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=VisitKind.choices(), default=VisitKind.CHECK.value)
    commune = models.ForeignKey(ToyUnit, models.PROTECT, null=True, related_name="+")
    phone = models.CharField(max_length=20, null=True)
    score = models.FloatField(null=True)
    done = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    geom = models.PointField(srid=4326)


class ToyScore(models.Model):
    """A visit's score at a time: what its metric is watched and back-tested by."""

    visit = models.ForeignKey(ToyVisit, models.CASCADE, related_name="scores")
    at = models.DateTimeField()
    value = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "at"], name="toys_score_once")]


class ToyDataset(models.Model):
    """A layer made from a row."""

    slug = models.SlugField(unique=True)
    title_vi = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100)
    schema = models.JSONField(default=list)
    roles = models.JSONField(default=list)


class ToyDatasetFeature(models.Model):
    """A feature of a dataset; what is known about it is jsonb."""

    dataset = models.ForeignKey(ToyDataset, models.CASCADE, related_name="features")
    props = models.JSONField(default=dict)
    geom = models.GeometryField(srid=4326)
