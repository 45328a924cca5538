"""The parcels that hold a point, typed as VN-2000 or WGS 84 coordinates."""

from collections.abc import Mapping, Sequence

import shapely
from django.contrib.gis.geos import Point
from django.db.models import Q

from layers.core.feature import Feature
from layers.core.home import home, home_zones
from layers.core.text import Text
from layers.vn2000.coordinates import Place, places


def points_in(text: str) -> list[Place]:
    """The points a text of nothing but coordinates may mean, as the search box reads them."""
    # the province's box is asked of the database: not for every word
    return places(text, home_zones(), home()) if places(text, (), None) else []


def holding(meant: Sequence[Place]) -> Q:
    """Parcels that hold one of the points; on a border both neighbours do."""
    held = Q()
    for one in meant:
        held |= Q(geom__intersects=Point(one.lonlat, srid=4326))
    return held


def held_by(found: Sequence[Feature], meant: Sequence[Place]) -> Mapping[int, Text]:
    """Which of the points each parcel holds, by id."""
    said = {}
    for feature in found:
        point = next((one for one in meant if feature.shape.intersects(shapely.Point(one.lonlat))), None)
        if point:
            said[feature.id] = Text(
                vi=f"chứa điểm {point.title.vi}, {point.system.vi}", en=f"holds {point.title.en}, {point.system.en}"
            )
    return said
