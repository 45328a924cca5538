"""Land parcels as the cadastral map shows them."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.db.models import Q

from land_records.scale import LandUse
from layers.core.attribute import Options
from layers.core.models import MapFeature


class Source(Options):
    """Whether a row is invented or was brought by a file."""

    DEMO = "demo", "Dữ liệu trình diễn, sinh tự động", "Demo data, generated"
    IMPORTED = "imported", "Nhập từ tệp", "Imported from a file"


class Parcel(MapFeature):
    """A land parcel (thửa đất), known by its commune, map sheet (tờ bản đồ) and number (số thửa).

    Attributes:
        land_use: code of its main use, as printed.
        recorded_area_m2: the legal area (diện tích pháp lý), whole tenths.
        computed_area_m2: of the polygon, on the plane of the commune's VN-2000 zone.
        geom_3857: what tiles are cut from; they look for rows by `geom`, so it has no index.
    """

    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, related_name="+", db_index=False)
    sheet = models.PositiveIntegerField()
    parcel_number = models.PositiveIntegerField()
    land_use = models.CharField(max_length=3, choices=LandUse.choices())
    recorded_area_m2 = models.DecimalField(max_digits=12, decimal_places=1)
    computed_area_m2 = models.FloatField()
    source = models.CharField(max_length=8, choices=Source.choices(), default=Source.IMPORTED.value)
    geom = models.PolygonField(srid=4326)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", 3857), output_field=models.PolygonField(srid=3857), db_persist=True
    )

    class Meta(MapFeature.Meta):
        """Found by sheet and number, filtered by use and area; the commune is the first column of its key."""

        constraints = [
            *MapFeature.Meta.constraints,
            models.UniqueConstraint(fields=["commune", "sheet", "parcel_number"], name="land_records_parcel_once"),
            models.CheckConstraint(
                condition=Q(recorded_area_m2__gt=0) & Q(computed_area_m2__gt=0), name="land_records_parcel_area"
            ),
        ]
        indexes = [
            models.Index(fields=["parcel_number", "sheet"], name="land_records_parcel_number"),
            models.Index(fields=["land_use"], name="land_records_parcel_use"),
            models.Index(fields=["recorded_area_m2"], name="land_records_parcel_size"),
        ]

    def __str__(self) -> str:
        """As an officer says it."""
        return f"Thửa {self.parcel_number}, tờ {self.sheet}"
