"""Units with their periods, the links between old and new ones, and where each lies."""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import F, Func, Q
from django.db.models.expressions import Expression
from django.utils import timezone
from shapely import MultiPolygon

from layers.admin_units import outline
from layers.core.attribute import Options
from layers.core.models import MapFeature, PlacePrecision


class Level(Options):
    """Tier of a unit; `district` exists only before 01/07/2025."""

    PROVINCE = "province", "Cấp tỉnh", "Province level"
    DISTRICT = "district", "Cấp huyện", "District level"
    COMMUNE = "commune", "Cấp xã", "Commune level"


class Kind(Options):
    """Kind of a unit as written in law; the last five are of the time before 01/07/2025."""

    CITY = "city", "Thành phố trực thuộc trung ương", "Centrally run city", "#8E3B8A"
    PROVINCE = "province", "Tỉnh", "Province", "#0B5FA5"
    WARD = "ward", "Phường", "Ward", "#C4580B"
    COMMUNE = "commune", "Xã", "Commune", "#1B7F5C"
    SPECIAL_ZONE = "special_zone", "Đặc khu", "Special zone", "#0B5FA5"
    TOWNSHIP = "township", "Thị trấn", "Township", "#7A6A00"
    URBAN_DISTRICT = "urban_district", "Quận", "Urban district", "#C4580B"
    DISTRICT = "district", "Huyện", "District", "#1B7F5C"
    TOWN = "town", "Thị xã", "Town", "#7A6A00"
    PROVINCIAL_CITY = "provincial_city", "Thành phố thuộc tỉnh", "Provincial city", "#8E3B8A"


class Source(Options):
    """Where a boundary comes from: drawn without a survey, brought by a file, or joined from what files brought."""

    ILLUSTRATIVE = "illustrative", "Ranh giới minh hoạ", "Illustrative boundary"
    IMPORTED = "imported", "Ranh giới nhập từ tệp", "Boundary imported from a file"
    DISSOLVED = "dissolved", "Ghép từ ranh giới các xã đã nhập", "Joined from its imported communes"


class Relation(Options):
    """How much of the old unit went into the new one."""

    WHOLE = "whole", "Toàn bộ", "Whole"
    PART = "part", "Một phần", "Part"


def _period() -> Expression:
    """The half-open days [valid_from, valid_to) of a row, for exclusion constraints."""
    return Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField())


class AdminUnit(models.Model):
    """An administrative unit (đơn vị hành chính) over one period in which its name and kind held.

    Identity without a place: units from before the reform have no known polygon. Codes are reused over time, so a code
    means something only together with a day (`lookup.unit_at`); foreign keys name this row instead.

    Attributes:
        name: without its kind ("Tân Châu"); `full_name` with it ("Xã Tân Châu"), `name_en` in English.
        name_key: search key of `full_name`.
        parent: the province of a commune; the old district of an old commune.
        valid_from: first day; null where it is not known (units from before the reform).
        valid_to: first day on which it no longer holds; null while it does.
        is_current: whether it holds today, by the nightly job: nothing that is shown reads the clock.
        area_km2: official area; a computed one stands in `Boundary`.
        srid: EPSG code of the VN-2000 zone its land documents are in; null where several are (merged provinces).
    """

    code = models.CharField(max_length=5)
    level = models.CharField(max_length=8, choices=Level.choices())
    kind = models.CharField(max_length=16, choices=Kind.choices())
    name = models.CharField(max_length=100)
    full_name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    is_current = models.BooleanField(default=False)
    legal_ref = models.CharField(max_length=100, blank=True)
    area_km2 = models.FloatField(null=True)
    population = models.PositiveIntegerField(null=True)
    srid = models.PositiveIntegerField(null=True)

    class Meta:
        """One unit a code, level and day."""

        constraints = [
            models.UniqueConstraint(
                fields=["code", "level", "valid_from"], name="admin_units_unit_once", nulls_distinct=False
            ),
            models.UniqueConstraint(fields=["id", "level"], name="admin_units_unit_level"),
            ExclusionConstraint(
                name="admin_units_unit_periods_apart",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    (_period(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{2,5}$"), name="admin_units_unit_code_digits"),
            models.CheckConstraint(
                condition=Q(area_km2__isnull=True) | Q(area_km2__gt=0), name="admin_units_unit_area"
            ),
        ]
        indexes = [
            models.Index(fields=["level", "is_current", "code"], name="admin_units_unit_current"),
            models.Index(fields=["name_key"], name="admin_units_unit_name_key"),
        ]

    def __str__(self) -> str:
        """The official name."""
        return self.full_name


class AdminLineage(models.Model):
    """What of an old unit went into a new one, since which day and by which act.

    Attributes:
        is_default: the heir to name when the place inside the old unit is not known.
        area_share: part of the old unit's area, in (0, 1]; null where nobody measured it.
    """

    predecessor = models.ForeignKey(AdminUnit, models.CASCADE, related_name="links_to_successors")
    successor = models.ForeignKey(AdminUnit, models.CASCADE, related_name="links_to_predecessors")
    relation = models.CharField(max_length=5, choices=Relation.choices())
    is_default = models.BooleanField()
    effective_date = models.DateField()
    legal_ref = models.CharField(max_length=100, blank=True)
    area_share = models.FloatField(null=True)

    class Meta:
        """One link a pair."""

        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="admin_units_lineage_once"),
            models.CheckConstraint(
                condition=Q(area_share__isnull=True) | Q(area_share__gt=0, area_share__lte=1),
                name="admin_units_lineage_share",
            ),
        ]

    def __str__(self) -> str:
        """Both ends."""
        return f"{self.predecessor_id} → {self.successor_id}"


class Boundary(MapFeature):
    """Where a unit lies over a period: replaced when a better polygon is imported, while the unit's id stays.

    Attributes:
        level: the unit's own, held equal by a composite foreign key.
        label_point: where its name is written, inside the polygon.
        computed_area_km2: area of this polygon on the ellipsoid; never the official area.
    """

    unit = models.ForeignKey(AdminUnit, models.CASCADE, related_name="boundaries")
    level = models.CharField(max_length=8, choices=Level.choices())
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    is_current = models.BooleanField(default=False)
    geom = models.MultiPolygonField(srid=4326)
    label_point = models.PointField(srid=4326)
    computed_area_km2 = models.FloatField()
    source = models.CharField(max_length=12, choices=Source.choices())

    class Meta(MapFeature.Meta):
        """One boundary a unit and day."""

        constraints = [
            *MapFeature.Meta.constraints,
            ExclusionConstraint(
                name="admin_units_boundary_apart",
                expressions=[("unit", RangeOperators.EQUAL), (_period(), RangeOperators.OVERLAPS)],
            ),
        ]
        indexes = [
            models.Index(fields=["level", "is_current"], name="admin_units_boundary_current"),
            models.Index(fields=["valid_from", "valid_to"], name="admin_units_boundary_period"),
        ]

    def put(self, shape: MultiPolygon, source: Source) -> None:
        """Take a polygon (EPSG:4326) in and save; the label stays where it is while that lies inside."""
        known = outline.read(self.label_point) if self.label_point else None
        self.geom = outline.stored(shape)
        self.label_point = outline.stored_point(outline.label_point(shape, known))
        self.computed_area_km2 = outline.area_km2(shape)
        self.source = source.value
        self.place_precision = PlacePrecision.EXACT.value
        self.updated_at = timezone.now()
        self.save()

    def __str__(self) -> str:
        """Whose boundary."""
        return f"{self.unit_id} ({self.source})"
