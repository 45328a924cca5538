"""Rows of `spatial_ref_sys` for VN-2000's provincial 3-degree zones, EPSG 9205-9218, which PostGIS 3.3 lacks.

Source: EPSG registry; transformation to WGS 84 by EPSG operation "VN-2000 to WGS 84 (2)", rotations in the
position-vector convention of `+towgs84`.
"""

from collections.abc import Iterator

MERIDIANS = {
    9205: 103.0,
    9206: 104.0,
    9207: 104.5,
    9208: 104.75,
    9209: 105.5,
    9210: 105.75,
    9211: 106.0,
    9212: 106.25,
    9213: 106.5,
    9214: 107.0,
    9215: 107.25,
    9216: 107.5,
    9217: 108.25,
    9218: 108.5,
}
"""EPSG code to central meridian, degrees east; scale 0.9999, false easting 500,000 m."""

TOWGS84 = "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"

WKT = (
    'PROJCS["VN-2000 / TM-3 {name}",GEOGCS["VN-2000",DATUM["Vietnam_2000",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6756"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4756"]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",{meridian:g}],'
    'PARAMETER["scale_factor",0.9999],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],'
    'UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","{srid}"]]'
)
PROJ = "+proj=tmerc +lat_0=0 +lon_0={meridian:g} +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +towgs84={shift} +units=m +no_defs"


def zone_rows() -> Iterator[tuple[str, list[object]]]:
    """One idempotent INSERT a zone."""
    for srid, meridian in MERIDIANS.items():
        name = f"{int(meridian)}-{round(meridian % 1 * 60):02d}"
        wkt = WKT.format(name=name, meridian=meridian, srid=srid)
        yield (
            "insert into spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)"
            " values (%s, 'EPSG', %s, %s, %s) on conflict (srid) do nothing",
            [srid, srid, wkt, PROJ.format(meridian=meridian, shift=TOWGS84)],
        )
