"""What the base map is drawn from: rows with a place and a code of their own, so that no import doubles anything."""

from collections.abc import Mapping

from django.contrib.gis.db import models
from django.db.models import Case, Value, When

from layers.basemap import scale
from layers.basemap.plugged.model import BaseMap as BaseMap  # its table is this application's
from layers.core.attribute import Options
from layers.core.models import MapFeature


class Source(Options):
    """Whether a row is invented or was brought by a file."""

    DEMO = "demo", "Dữ liệu trình diễn, sinh tự động", "Demo data, generated"
    IMPORTED = "imported", "Nhập từ tệp", "Imported from a file"


class RoadClass(Options):
    """Class of a road, as in OpenStreetMap's `highway`."""

    MOTORWAY = "motorway", "Đường cao tốc", "Motorway"
    TRUNK = "trunk", "Quốc lộ", "National road"
    PRIMARY = "primary", "Đường chính", "Primary road"
    SECONDARY = "secondary", "Đường tỉnh", "Provincial road"
    TERTIARY = "tertiary", "Đường liên xã", "Road between communes"
    RESIDENTIAL = "residential", "Đường nhỏ", "Street or lane"


class WaterKind(Options):
    """Kind of water: flowing as a line, standing or wide as an area."""

    RIVER = "river", "Sông", "River"
    CANAL = "canal", "Kênh, rạch", "Canal"
    STREAM = "stream", "Suối", "Stream"
    LAKE = "lake", "Hồ", "Lake"
    RESERVOIR = "reservoir", "Hồ chứa nước", "Reservoir"
    POND = "pond", "Ao", "Pond"


class PlaceKind(Options):
    """Kind of a named place."""

    COMMUNE_CENTRE = "commune_centre", "Trung tâm xã, phường", "Commune centre"
    HAMLET = "hamlet", "Ấp, khu phố, thôn", "Hamlet"
    MARKET = "market", "Chợ", "Market"
    ISLAND = "island", "Đảo", "Island"


def _zoom_by(column: str, zooms: Mapping[str, int], rest: int) -> models.GeneratedField:
    """The first zoom of a row's tiles, kept by the database from the row's kind."""
    cases = [When(**{column: kind}, then=Value(zoom)) for kind, zoom in zooms.items()]
    output = models.SmallIntegerField()
    return models.GeneratedField(
        expression=Case(*cases, default=Value(rest), output_field=output), output_field=output, db_persist=True
    )


class BasemapFeature(MapFeature):
    """What all four have: an own code, a name, the commune they lie in where that is one, and where they come from."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=160, blank=True)
    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices(), default=Source.IMPORTED.value)

    class Meta(MapFeature.Meta):
        """Not a table of its own."""

        abstract = True

    def __str__(self) -> str:
        """Name, or the code where there is none."""
        return self.name or self.code


class Road(BasemapFeature):
    """A road or street (đường); `ref` is its number as on signs ("QL.22B"), `length_m` on the ellipsoid."""

    ref = models.CharField(max_length=20, blank=True)
    road_class = models.CharField(max_length=12, choices=RoadClass.choices())
    length_m = models.FloatField()
    geom = models.MultiLineStringField(srid=4326)
    from_zoom = _zoom_by("road_class", scale.ROAD_ZOOMS, scale.SMALL_ROAD_ZOOM)

    class Meta(BasemapFeature.Meta):
        """Searched by number."""

        indexes = [models.Index(fields=["road_class"], name="basemap_road_class")]


class Water(BasemapFeature):
    """A river, canal, stream, lake or pond; `width_m` is the usual width of a line, 0 for an area."""

    kind = models.CharField(max_length=10, choices=WaterKind.choices())
    width_m = models.FloatField(default=0)
    geom = models.GeometryField(srid=4326)
    from_zoom = _zoom_by("kind", scale.WATER_ZOOMS, scale.POND_ZOOM)

    class Meta(BasemapFeature.Meta):
        """Filtered by kind."""

        indexes = [models.Index(fields=["kind"], name="basemap_water_kind")]


class Place(BasemapFeature):
    """A named place: centre of a commune, hamlet (ấp, khu phố), market, island; `rank` 1 is named first."""

    kind = models.CharField(max_length=16, choices=PlaceKind.choices())
    rank = models.PositiveSmallIntegerField(default=4)
    geom = models.PointField(srid=4326)
    from_zoom = _zoom_by("kind", scale.PLACE_ZOOMS, scale.MARKET_ZOOM)

    class Meta(BasemapFeature.Meta):
        """Filtered by kind."""

        indexes = [models.Index(fields=["kind"], name="basemap_place_kind")]


class Address(BasemapFeature):
    """A house number on a street; `name` is the whole address in the two-tier form since 01/07/2025."""

    house_number = models.CharField(max_length=20)
    street = models.CharField(max_length=100)
    hamlet = models.CharField(max_length=100, blank=True)
    geom = models.PointField(srid=4326)

    class Meta(BasemapFeature.Meta):
        """Found by its words."""

        indexes = [models.Index(fields=["street"], name="basemap_address_street")]
