"""Rows of the toys, one call each; coordinates are lon, lat in degrees, sizes in degrees."""

from datetime import date
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point, Polygon

from layers.core.viewer import UNASSIGNED, Viewer
from tests.toys.models import ToyDataset, ToyDatasetFeature, ToyPlot, ToyUnit, ToyVisit

CENTRE = (106.1, 11.3)
_numbers = count(1)


def square(lon: float = CENTRE[0], lat: float = CENTRE[1], size: float = 0.01) -> Polygon:
    """A square with its south-west corner at lon, lat."""
    polygon = Polygon.from_bbox((lon, lat, lon + size, lat + size))
    polygon.srid = 4326
    return polygon


def make_unit(name: str = "Xã Tân Châu", code: str | None = None) -> ToyUnit:
    """A unit that scopes rows."""
    return ToyUnit.objects.create(name=name, code=code or f"u{next(_numbers)}")


def make_plot(name: str = "Thửa 1", lonlat: tuple[float, float] = CENTRE, size: float = 0.01, **values: Any) -> ToyPlot:
    """A plot valid since 2025; its number is new unless given."""
    filled = {"plot": next(_numbers), "use": "rice", "area_m2": 100.0, "valid_from": date(2025, 1, 1), **values}
    return ToyPlot.objects.create(name=name, geom=square(*lonlat, size), **filled)


def make_visit(name: str = "Lượt 1", lonlat: tuple[float, float] = CENTRE, **values: Any) -> ToyVisit:
    """A visit to a point."""
    return ToyVisit.objects.create(name=name, geom=Point(*lonlat, srid=4326), **values)


def make_dataset(slug: str = "chau", rows: int = 3, roles: tuple[str, ...] = ()) -> ToyDataset:
    """A dataset with a name and a number for each feature; announce it by `registry.changed("@toys")`."""
    schema = [["name", "Tên", "Name", "text"], ["amount", "Số lượng", "Amount", "number"]]
    dataset = ToyDataset.objects.create(
        slug=slug, title_vi="Chậu cây", title_en="Pots", schema=schema, roles=list(roles)
    )
    for number in range(rows):
        props = {"name": f"Chậu {number}", "amount": number * 1.5}
        point = Point(CENTRE[0] + number / 100, CENTRE[1], srid=4326)
        ToyDatasetFeature.objects.create(dataset=dataset, props=props, geom=point)
    return dataset


def make_viewer(*roles: str, units: tuple[ToyUnit, ...] = (), all_units: bool = False, language: str = "vi") -> Viewer:
    """Somebody with an account, these roles and these units; `all_units` adds rows without one."""
    name = f"person{next(_numbers)}"
    user = get_user_model().objects.create(username=name)
    held = {unit.pk for unit in units} | ({UNASSIGNED} if all_units else set())
    return Viewer(user=name, user_id=user.pk, roles=frozenset(roles), units=frozenset(held), language=language)
