"""The demo's base map: the generated roads, water, places and addresses of the province, and the country's islands."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely import MultiLineString, Point

import fixtures
from layers.basemap.ingest import Units
from layers.basemap.models import Address, BasemapFeature, Place, PlaceKind, Road, Source, Water
from layers.core.bulk import copy_rows


def seed(province: fixtures.Province, say: Callable[[str], object]) -> None:
    """Store what is not stored yet; rows are known by their code."""
    units = Units._default_manager.filter(level="commune", is_current=True)
    communes: dict[str, int] = dict(units.values_list("code", "pk"))
    rooms: Sequence[tuple[type[BasemapFeature], Iterable[BasemapFeature], str]] = (
        (Water, _water(province), "rivers, lakes and canals"),
        (Road, _roads(province, communes), "roads"),
        (Place, [*_islands(communes), *_places(province, communes)], "places"),
        (Address, _addresses(province, communes), "addresses"),
    )
    for model, rows, words in rooms:
        say(f"{_store(model, rows):,} {words} new")


def _store(model: type[BasemapFeature], rows: Iterable[BasemapFeature]) -> int:
    known = set(model._default_manager.values_list("code", flat=True))
    return copy_rows(model, [row for row in rows if row.code not in known])


def _stored(shape: shapely.Geometry) -> Any:
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)


def _code(province: fixtures.Province, kind: str, number: int) -> str:
    return f"demo-{province.code}-{kind}-{number}"


def _water(province: fixtures.Province) -> list[BasemapFeature]:
    return [
        Water(
            code=_code(province, "water", one.number),
            name=one.name,
            kind=one.kind,
            width_m=one.width_m,
            geom=_stored(one.geom),
            source=Source.DEMO.value,
        )
        for one in province.water
    ]


def _roads(province: fixtures.Province, communes: dict[str, int]) -> list[BasemapFeature]:
    """A numbered road is one feature, however many stretches it is drawn in."""
    roads: dict[Any, list[fixtures.Road]] = defaultdict(list)
    for road in province.roads:
        roads[(road.ref, road.name, road.road_class) if road.ref else road.number].append(road)
    return [_road(province, stretches, communes) for stretches in roads.values()]


def _road(province: fixtures.Province, stretches: list[fixtures.Road], communes: dict[str, int]) -> Road:
    first = stretches[0]
    return Road(
        code=_code(province, "road", first.number),
        name=first.name,
        ref=first.ref,
        road_class=first.road_class,
        commune_id=communes.get(first.commune_code or ""),
        length_m=round(sum(road.length_m for road in stretches), 1),
        geom=_stored(MultiLineString([road.geom for road in stretches])),
        source=Source.DEMO.value,
    )


def _places(province: fixtures.Province, communes: dict[str, int]) -> list[BasemapFeature]:
    return [
        Place(
            code=_code(province, "place", one.number),
            name=one.name,
            kind=one.kind,
            rank=one.rank,
            commune_id=communes[one.commune_code],
            geom=_stored(one.geom),
            source=Source.DEMO.value,
        )
        for one in province.places
    ]


def _islands(communes: dict[str, int]) -> list[BasemapFeature]:
    """Real names at approximate places: not of the demo province alone."""
    return [
        Place(
            code=f"island-{number}",
            name=one.full_name,
            kind=PlaceKind.ISLAND.value,
            rank=2,
            commune_id=communes[one.commune_code],
            geom=_stored(Point(one.lon, one.lat)),
            source=Source.IMPORTED.value,
        )
        for number, one in enumerate(fixtures.ISLANDS, start=1)
    ]


def _addresses(province: fixtures.Province, communes: dict[str, int]) -> list[BasemapFeature]:
    return [
        Address(
            code=_code(province, "address", one.number),
            name=one.text,
            house_number=one.house_number,
            street=one.street,
            hamlet=one.hamlet,
            commune_id=communes[one.commune_code],
            geom=_stored(one.geom),
            source=Source.DEMO.value,
        )
        for one in province.addresses
    ]
