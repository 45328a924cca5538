"""How visits arrive from a device and from a file."""

from collections.abc import Sequence

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field

from layers.core import Column, Importer, ImportRow, Outcome, Rejected, Text, Viewer
from tests.toys.models import ToyPlot, ToyUnit, ToyVisit


class VisitIn(BaseModel):
    """One visit as a device sends it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    commune: str
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    score: float | None = None


def store_visit(item: VisitIn, viewer: Viewer) -> None:
    """Keep a visit.

    Raises:
        Rejected: there is no such unit.
    """
    unit = ToyUnit.objects.filter(code=item.commune).first()
    if unit is None:
        raise Rejected(
            Text(vi="Không có đơn vị này.", en="There is no such unit."), field="commune", slug="unknown_unit"
        )
    with transaction.atomic():
        ToyVisit.objects.create(
            name=item.name, commune=unit, score=item.score, geom=Point(item.lon, item.lat, srid=4326)
        )


def store_plots(rows: Sequence[ImportRow]) -> Outcome:
    """Keep plots from a file: a known number is changed, a new one made."""
    outcome = Outcome()
    for row in rows:
        values = {k: row.values.get(k) for k in ("name", "use", "area_m2", "valid_from")}
        if row.shape is not None:
            values["geom"] = GEOSGeometry(row.shape.wkb_hex, srid=4326)
        known = ToyPlot.objects.filter(plot=row.values["plot"], is_current=True).first()
        if known is None:
            ToyPlot.objects.create(plot=row.values["plot"], **values)
            outcome.created += 1
        elif all(_same(getattr(known, k), v) for k, v in values.items()):
            outcome.unchanged += 1
        else:
            for name, value in values.items():
                setattr(known, name, value)
            known.save()
            outcome.updated += 1
    return outcome


def _same(old: object, new: object) -> bool:
    return old.equals_exact(new, 1e-9) if isinstance(old, GEOSGeometry) else old == new


PLOTS = Importer(
    natural_key=("plot",),
    columns=(
        Column("plot", Text(vi="Số", en="Number"), type="integer", required=True),
        Column("name", Text(vi="Tên", en="Name"), required=True, aliases=("ten",)),
        Column("use", Text(vi="Sử dụng", en="Use")),
        Column("area_m2", Text(vi="Diện tích", en="Area"), type="number"),
        Column("valid_from", Text(vi="Từ ngày", en="From"), type="date", required=True),
    ),
    store_batch=store_plots,
)
