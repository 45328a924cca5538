"""What the layer `land_statistics` draws: communes in today's boundaries with what is kept of a day."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from django.utils import timezone

from land_records.models import CommuneLand
from land_records.scale import LandUse
from land_records.statistics.figures import Figures, year_before
from land_records.statistics.kept import on_day
from layers.admin_units import outline
from layers.admin_units.models import Boundary, Level
from layers.core import Shape
from layers.core.geo import Bbox
from layers.core.time import LOCAL


def day_of(at: datetime | None) -> date:
    """The day looked at in Viet Nam; today where none is."""
    return timezone.localdate(at, timezone=LOCAL)


def kept_at(at: datetime) -> "QuerySet[CommuneLand]":
    """The land of every commune as of a moment."""
    return on_day(day_of(at))


def coloured(at: datetime | None, bbox: Bbox | None) -> Iterator[Shape]:
    """A shape a commune that has parcels on the day and reaches into the box."""
    boundaries = Boundary.objects.filter(is_current=True, level=Level.COMMUNE.value)
    boundaries = boundaries.filter(unit__in=CommuneLand.objects.values("commune"))
    if bbox is not None:
        boundaries = boundaries.filter(geom__bboverlaps=Polygon.from_bbox(tuple(bbox)))
    found = list(boundaries.select_related("unit").order_by("unit_id"))
    units = [one.unit_id for one in found]
    held = {row.commune_id: row for row in on_day(day_of(at) if at else None).filter(commune__in=units)}
    before = {row.commune_id: row for row in on_day(year_before(day_of(at))).filter(commune__in=units)}
    for one in found:
        row = held.get(one.unit_id)
        if row is not None and row.parcels:
            then = before.get(one.unit_id)
            values = {"code": one.unit.code, "name": one.unit.full_name, **figures(row, then)}
            yield Shape(id=one.unit_id, geometry=outline.read(one.geom), attributes=values)


def figures(row: CommuneLand, before: CommuneLand | None) -> dict[str, Any]:
    """Values of the layer's attributes; without a year before there is no change to tell."""
    now, then = Figures.of(row), Figures.of(before)
    agricultural = now.steps[LandUse.NNP.value] - then.steps[LandUse.NNP.value]
    return {
        "land": now.ha(),
        "agricultural": now.ha(LandUse.NNP),
        "rice": now.ha(LandUse.LUA),
        "perennial": now.ha(LandUse.CLN),
        "forestry": now.ha(LandUse.LNP),
        "aquaculture": now.ha(LandUse.NTS),
        "built": now.ha(LandUse.PNN),
        "residential": now.ha(LandUse.OTC),
        "business": now.ha(LandUse.CSK),
        "public": now.ha(LandUse.CCC),
        "unused": now.ha(LandUse.CSD),
        "agricultural_share": _rounded(now.percent(LandUse.NNP)),
        "residential_share": _rounded(now.percent(LandUse.OTC)),
        "agricultural_change": agricultural / 100 if before is not None else None,
        "parcels": now.parcels,
        "certified_share": _rounded(now.certified_percent),
    }


def _rounded(percent: float | None) -> float | None:
    """As short as a tile carries it."""
    return None if percent is None else round(percent, 2)
