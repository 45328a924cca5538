"""The parcel identifier of 2026: a point deep inside the parcel, as a geohash that no other parcel in the country has.

Thông tư 19/2026/TT-BNNMT, annex I: the pole of inaccessibility in VN-2000 with the local central meridian, carried to
WGS 84, as a GeoHash of 12 characters (3.7 cm by 1.9 cm). Computed when a parcel is made and stored: another tolerance
of the pole would give another text.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from django.db import connection

LENGTH = 12
_SQL = """
select st_geohash(st_transform((st_maximuminscribedcircle(plane)).center, 4326), %s)
from unnest(%s::bytea[]) with ordinality one (shape, place)
cross join lateral (select st_transform(st_geomfromwkb(shape, 4326), %s) as plane offset 0) two order by place
"""


def identifiers(shapes: "Sequence[shapely.Geometry] | npt.NDArray[np.object_]", zone: int) -> list[str]:
    """The identifiers of parcels (polygons, EPSG:4326) surveyed in a VN-2000 zone (EPSG code), in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [LENGTH, [shapely.to_wkb(shape) for shape in shapes], zone])
        return [identifier for (identifier,) in cursor.fetchall()]
