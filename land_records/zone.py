"""The VN-2000 zone a parcel is measured in."""

from land_records.models import MapSheet, Parcel
from layers.vn2000.plane import zone_at


def zone_of(parcel: Parcel) -> int:
    """EPSG code of its map sheet's zone, else its commune's, else that of the place."""
    sheets = MapSheet.objects.filter(commune_id=parcel.commune_id, number=parcel.sheet)
    if known := sheets.values_list("srid", flat=True).first() or parcel.commune.srid:
        return known
    middle = parcel.geom.point_on_surface
    return zone_at(middle.x, middle.y)
