"""What every plan in force on a day says of a parcel: by one statement, then by the pure rules of `overlay`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import shapely
from django.db import connection
from django.db.models import QuerySet

from land_records.models import Parcel
from land_records.planning.difference import Matrix, difference
from land_records.planning.models import Plan, PlanZone
from land_records.planning.overlay import Overlay, Share, Zone, overlay
from land_records.planning.terms import PlanKind
from land_records.scale import LandUse
from land_records.zone import zone_of
from layers.core import KeyValue, Note, Table, Text, Viewer
from layers.core.errors import BadRequest
from layers.core.layer import Layer
from layers.core.panel import Block, Cell, Column, Link
from layers.core.registry import registry

MOST_PLANS: Final = 12
"""Plans told of one parcel; more are said to be more."""
MOST_ZONES: Final = 2_000
"""Zones of all plans on one parcel; a parcel with more is no parcel."""
MOST_COMPARED: Final = 20_000
"""Zones of one plan that two plans are compared by."""
KINDS = {kind.value: kind.title for kind in PlanKind}
USES = {use.value: use for use in LandUse}

OUTSIDE = Text(vi="Ngoài quy hoạch", en="Outside the plan")
ERROR = Text(vi="Sai số (mảnh dưới 0,1 m²)", en="Error (pieces under 0.1 m²)")
CONTESTED = Text(vi="Các khu chồng lên nhau", en="Zones over one another")
REFERENCE = Text(
    vi="Thông tin quy hoạch chỉ để tham khảo, không thay thế văn bản của cơ quan có thẩm quyền.",
    en="Planning information is for reference only and does not replace a document of the competent authority.",
)
PAGES: Final = {"vi": "/quy-hoach", "en": "/planning"}
"""Where anyone looks a parcel up, by language."""
_LOOK_UP = Text(vi="Tra cứu quy hoạch thửa này", en="Planning of this parcel")
_OPEN = Text(vi="Mở trang tra cứu, in được", en="Open the page, ready to print")
_TOO_MANY = Text(vi="Quá {most} khu; chọn vùng nhỏ hơn.", en="Over {most} zones; choose a smaller area.")
_NO_PLAN = Text(
    vi="Chưa có quy hoạch nào đang có hiệu lực ở đây trong hệ thống.",
    en="The system holds no plan in force here.",
)

_CLIPPED = """
select z.number, z.plan_id, z.planned_use, z.name, st_asbinary(c.clipped)
from (select st_geomfromwkb(%s, 4326) as geom) p
cross join lateral (select st_makevalid(st_transform(p.geom, %s)) as plane) q
join "{zones}" z on z.geom && p.geom and st_intersects(z.geom, p.geom) and z.id in ({visible})
cross join lateral (
  select st_makevalid(case when z.srid = %s then z.geom_plane else st_transform(z.geom, %s) end) as plane
) w
cross join lateral (select st_collectionextract(st_intersection(w.plane, q.plane), 3) as clipped) c
where not st_isempty(c.clipped)
order by z.plan_id, z.number limit %s
"""
"""Zones within a shape, on the plane the shape is measured on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """A parcel under one plan.

    Attributes:
        zones: cut to the parcel, on its plane.
    """

    plan: Plan
    overlay: Overlay
    zones: Sequence[Zone]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A parcel under every plan in force.

    Attributes:
        srid: EPSG code of the plane it was measured on.
        shape: the parcel on it.
        more: plans left out.
    """

    srid: int
    shape: shapely.Geometry
    plans: Sequence[Under]
    more: int = 0


def zones_of(viewer: Viewer, at: datetime | None, known_at: datetime | None = None) -> "QuerySet[PlanZone]":
    """Rows of the public layer of zones.

    Raises:
        UnknownLayer: the layer is not for this viewer.
    """
    layer = registry.visible("planning_zones", viewer)
    assert isinstance(layer, Layer)
    found: QuerySet[PlanZone] = layer.query(viewer, at=at, known_at=known_at).queryset()
    return found


def planned(parcel: Parcel, viewer: Viewer, at: datetime | None = None, known_at: datetime | None = None) -> Planned:
    """The parcel under every plan in force at a time, as far as was known at another; today where none is named.

    What says most of the parcel comes first. A plan of the parcel's commune that does not reach the parcel is told of,
    too: all of it lies outside. One of the neighbours' that only touches its border is not.
    """
    srid, zones = zone_of(parcel), zones_of(viewer, at, known_at)
    wkb = bytes(parcel.geom.wkb)
    of_plan: dict[int, list[Zone]] = defaultdict(list)
    for row in _clipped(zones, wkb, srid, MOST_ZONES):
        of_plan[row[1]].append(_zone(*row))
    here = set(zones.filter(commune_id=parcel.commune_id).order_by().values_list("plan_id", flat=True).distinct())
    plans = list(
        Plan.objects.filter(pk__in=here | set(of_plan)).select_related("unit").order_by("kind", "-approved_on")
    )
    shape = _on_plane(wkb, srid)
    told = []
    for plan in plans:
        cut = of_plan[plan.pk]
        said = overlay(shape, cut)
        if said.zones or said.contested.tenths or plan.pk in here:
            told.append(Under(plan=plan, overlay=said, zones=cut))
    told.sort(key=_outside)
    return Planned(srid=srid, shape=shape, plans=told[:MOST_PLANS], more=max(len(told) - MOST_PLANS, 0))


def _outside(one: Under) -> int:
    return one.overlay.outside.tenths


def compare(wkb: bytes, srid: int, before: "QuerySet[PlanZone]", after: "QuerySet[PlanZone]") -> Matrix:
    """How two plans differ over polygons (EPSG:4326) on a zone's plane; rows of both come from the layer's `query`.

    Raises:
        BadRequest: more than `MOST_COMPARED` zones of a plan lie in the shape.
    """
    plans = []
    for rows in (before, after):
        found = _clipped(rows, wkb, srid, MOST_COMPARED + 1)
        if len(found) > MOST_COMPARED:
            raise BadRequest(_TOO_MANY.format(most=f"{MOST_COMPARED}"))
        plans.append([_zone(*row) for row in found])
    return difference(_on_plane(wkb, srid), *plans)


def planning_blocks(parcel: Parcel, viewer: Viewer, at: datetime | None = None) -> list[Block]:
    """The part “Quy hoạch” of a parcel's panel: a table a plan, in force at the time looked at."""
    found = planned(parcel, viewer, at)
    link = Link(href=f"{PAGES[viewer.language]}?id={parcel.su_id}", text=_OPEN)
    look_up = [KeyValue(rows=[(_LOOK_UP, link)])] if parcel.is_current else []
    if not found.plans:
        return [Note(title=Text(vi="Quy hoạch", en="Planning"), text=_NO_PLAN), *look_up]
    blocks: list[Block] = [_table(one, viewer.language) for one in found.plans]
    if found.more:
        blocks.append(Note(text=Text(vi=f"Còn {found.more} quy hoạch nữa.", en=f"{found.more} more plans.")))
    return [*blocks, Note(text=REFERENCE), *look_up]


def lines(one: Under) -> list[tuple[str, Text, Share]]:
    """Code, words and share of each part of a parcel under a plan; the code is empty where it is no zone."""
    parts = one.overlay
    found = [(part.zone.code, _zone_words(part.zone), part.share) for part in parts.zones]
    if parts.contested.tenths:
        names = ", ".join(f"{zone.code} {zone.name}".strip() for zone in parts.contested_by)
        found.append(("", Text(vi=f"{CONTESTED.vi}: {names}", en=f"{CONTESTED.en}: {names}"), parts.contested))
    if parts.outside.tenths:
        found.append(("", OUTSIDE, parts.outside))
    if parts.error.tenths:
        found.append(("", ERROR, parts.error))
    return found


def title_of(plan: Plan) -> Text:
    """A plan as a heading: kind, name, decision."""
    kind, decision = KINDS[plan.kind], plan.decision_number
    return Text(vi=f"{kind.vi}: {plan.name} ({decision})", en=f"{kind.en}: {plan.name} ({decision})")


def _table(one: Under, language: str) -> Table:
    rows: list[Sequence[Cell]] = [
        (code, words.to(language), share.area_m2, share.percent) for code, words, share in lines(one)
    ]
    return Table(
        title=title_of(one.plan),
        columns=(
            Column(name="code", title=Text(vi="Mã", en="Code")),
            Column(name="zone", title=Text(vi="Quy hoạch thành", en="Planned use")),
            Column(name="area", title=Text(vi="Diện tích", en="Area"), numeric=True, unit="m²"),
            Column(name="percent", title=Text(vi="Tỷ lệ", en="Share"), numeric=True, unit="%"),
        ),
        rows=rows,
    )


def _zone_words(zone: Zone) -> Text:
    use = USES[zone.code].title
    name = f" ({zone.name})" if zone.name else ""
    return Text(vi=f"{use.vi}{name}", en=f"{use.en}{name}")


def _zone(number: int, _plan: int, code: str, name: str, shape: bytes) -> Zone:
    return Zone(number=number, code=code, name=name, shape=shapely.from_wkb(bytes(shape)))


def _clipped(zones: "QuerySet[PlanZone]", wkb: bytes, srid: int, most: int) -> list[tuple[Any, ...]]:
    visible, values = zones.order_by().values("pk").query.sql_with_params()
    sql = _CLIPPED.format(zones=PlanZone._meta.db_table, visible=visible)
    with connection.cursor() as cursor:
        cursor.execute(sql, [wkb, srid, *values, srid, srid, most])
        return list(cursor.fetchall())


def _on_plane(wkb: bytes, srid: int) -> shapely.Geometry:
    with connection.cursor() as cursor:
        cursor.execute("select st_asbinary(st_makevalid(st_transform(st_geomfromwkb(%s, 4326), %s)))", [wkb, srid])
        (row,) = cursor.fetchall()
    return shapely.from_wkb(bytes(row[0]))
