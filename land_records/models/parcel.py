"""Parcels as the cadastral map shows them, their uses, the survey behind them, the sheets they are drawn on."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Func, Q, Value

from land_records.models.versioned import Versioned
from land_records.scale import LandUse
from land_records.terms import LegalStatus, Origin, RestrictionKind, Source, UseForm
from layers.core.models import MapFeature

SU_ID = "land_records_su_id"
"""Sequence of the numbers that parcels, certificates, restrictions and assets keep through their versions."""

_ADDRESS_KEY = Func(F("address"), function="search_key", output_field=models.TextField())


def next_su_id() -> Func:
    """The next number, as the database gives it."""
    return Func(Value(SU_ID), function="nextval", output_field=models.BigIntegerField())


class MapSheet(models.Model):
    """A cadastral map sheet (tờ bản đồ) of today's commune and what it was when it was made.

    Sheet numbers began anew in every commune of before 01/07/2025, so a merged commune holds several sheets 1: `number`
    is the sheet's number in today's commune, `map_commune_code` and `map_number` are what the map itself says.

    Attributes:
        map_commune_code: code of the commune at map-making time (mã ĐVHC).
        srid: EPSG code of the VN-2000 zone it was surveyed in.
        scale: denominator of the map's scale.
    """

    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    map_commune_code = models.CharField(max_length=5)
    map_number = models.PositiveIntegerField()
    srid = models.PositiveIntegerField()
    scale = models.PositiveIntegerField(null=True)
    surveyed_on = models.DateField(null=True)
    source = models.CharField(max_length=8, choices=Source.choices(), default=Source.IMPORTED.value)

    class Meta:
        """One sheet a number, then and now."""

        constraints = [
            models.UniqueConstraint(fields=["commune", "number"], name="land_records_sheet_once"),
            models.UniqueConstraint(fields=["map_commune_code", "map_number"], name="land_records_map_sheet_once"),
        ]

    def __str__(self) -> str:
        """As printed."""
        return f"Tờ {self.number}"


class Parcel(Versioned, MapFeature):
    """One version of a land parcel (thửa đất, LA_SpatialUnit), known by its commune, map sheet and number.

    Every registered change of a parcel, of its rights and restrictions too, makes a version: its periods are those over
    which nothing about it changed. What belongs to a version is found by `su_id` at any instant within both.

    Attributes:
        su_id: its number through all versions; a split or merge makes new ones.
        identifier: mã định danh thửa đất of Thông tư 19/2026/TT-BNNMT, 12 characters; stored, never computed again.
        land_use: code of its main use, as printed; all uses in `ParcelUse`.
        recorded_area_m2: the legal area (diện tích pháp lý), whole tenths.
        computed_area_m2: of the polygon, on the plane of its sheet's VN-2000 zone.
        area_difference: recorded − computed, as a share of the computed one.
        restrictions: kinds of the open restrictions, the gravest first (`terms.by_gravity`); `Restriction` says more.
        geom_3857: what tiles are cut from; they look for rows by `geom`, so it has no index.
    """

    su_id = models.BigIntegerField(db_default=next_su_id())
    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, related_name="+", db_index=False)
    sheet = models.PositiveIntegerField()
    parcel_number = models.PositiveIntegerField()
    identifier = models.CharField(max_length=12, null=True)
    land_use = models.CharField(max_length=3, choices=LandUse.choices())
    recorded_area_m2 = models.DecimalField(max_digits=12, decimal_places=1)
    computed_area_m2 = models.FloatField()
    area_difference = models.GeneratedField(
        expression=F("recorded_area_m2") / F("computed_area_m2") - 1.0,
        output_field=models.FloatField(),
        db_persist=True,
    )
    status = models.CharField(max_length=12, choices=LegalStatus.choices(), default=LegalStatus.UNREGISTERED.value)
    restrictions = ArrayField(models.CharField(max_length=10, choices=RestrictionKind.choices()), default=list)
    address = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=8, choices=Source.choices(), default=Source.IMPORTED.value)
    geom = models.PolygonField(srid=4326)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", 3857), output_field=models.PolygonField(srid=3857), db_persist=True
    )

    class Meta(MapFeature.Meta):
        """Found by sheet and number, filtered by use and area; by commune through its key, the past by an index."""

        constraints = [
            *MapFeature.Meta.constraints,
            *Versioned.Meta.constraints,
            models.UniqueConstraint(
                fields=["commune", "sheet", "parcel_number"],
                condition=Q(is_current=True),
                name="land_records_parcel_once",
            ),
            models.UniqueConstraint(
                fields=["su_id"], condition=Q(is_current=True), name="land_records_parcel_current_once"
            ),
            models.UniqueConstraint(
                fields=["su_id", "valid_from", "recorded_from"], name="land_records_parcel_version_once"
            ),
            models.UniqueConstraint(
                fields=["identifier"], condition=Q(is_current=True), name="land_records_identifier_once"
            ),
            models.CheckConstraint(
                condition=Q(recorded_area_m2__gt=0) & Q(computed_area_m2__gt=0), name="land_records_parcel_area"
            ),
        ]
        indexes = [
            *Versioned.Meta.indexes,
            models.Index(fields=["parcel_number", "sheet"], name="land_records_parcel_number"),
            models.Index(fields=["land_use"], name="land_records_parcel_use"),
            models.Index(fields=["recorded_area_m2"], name="land_records_parcel_size"),
            models.Index(
                fields=["commune"],
                condition=Q(recorded_to__isnull=True, valid_to__isnull=False),
                name="land_records_parcel_past",
            ),
            models.Index(fields=["identifier"], condition=Q(is_current=False), name="land_records_parcel_gone"),
            GinIndex(OpClass(_ADDRESS_KEY, "gin_trgm_ops"), name="land_records_parcel_address"),
        ]

    def __str__(self) -> str:
        """As an officer says it."""
        return f"Thửa {self.parcel_number}, tờ {self.sheet}"


class ParcelUse(models.Model):
    """One of the uses of a parcel's version (mục đích sử dụng); their areas add up to the parcel's recorded area.

    Attributes:
        until: last day of its term (thời hạn sử dụng); null is long-term (lâu dài).
        planned_code: use the plan in force gives it, as written in the register.
    """

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="uses")
    code = models.CharField(max_length=3, choices=LandUse.choices())
    area_m2 = models.DecimalField(max_digits=12, decimal_places=1)
    origin = models.CharField(max_length=2, choices=Origin.choices(), blank=True)
    form = models.CharField(max_length=6, choices=UseForm.choices(), default=UseForm.OWN.value)
    until = models.DateField(null=True)
    planned_code = models.CharField(max_length=3, choices=LandUse.choices(), blank=True)

    class Meta:
        """An area is never negative."""

        constraints = [models.CheckConstraint(condition=Q(area_m2__gt=0), name="land_records_use_area")]

    def __str__(self) -> str:
        """As printed: `ONT 300.0`."""
        return f"{self.code} {self.area_m2}"


class Survey(models.Model):
    """The vertices of a parcel's version as the land office recorded them (LA_Point, LA_BoundaryFaceString).

    Attributes:
        srid: EPSG code of the VN-2000 zone of `vertices`.
        vertices: polygon in metres of that zone, easting then northing; SRID 0, because a column holds one SRID only.
        method: how it was measured or brought (import: which operation from which code).
    """

    parcel = models.OneToOneField(Parcel, models.CASCADE, related_name="survey", primary_key=True)
    srid = models.PositiveIntegerField()
    vertices = models.PolygonField(srid=0, spatial_index=False)
    method = models.CharField(max_length=100, blank=True)
    measured_on = models.DateField(null=True)

    def __str__(self) -> str:
        """Its zone."""
        return f"EPSG:{self.srid}"
