"""What a zone's panel tells land officers: the parcels of their communes within it, added up, and where all are."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import structlog
from django.db import OperationalError

from land_records.figures import decimal
from land_records.officers import OFFICERS
from land_records.planning.models import PlanZone
from land_records.planning.touched import Totals, Touched, own_parcels, totals
from land_records.scale import LandUse
from layers.core import KeyValue, Note, Related, Table, Text, Viewer
from layers.core.limit import at_most
from layers.core.panel import Block, Cell, Column, FeatureLink, Link, Quantity, Words
from layers.core.time import LOCAL

log = structlog.get_logger(__name__)

READ_S: Final = 6.0
MOST_PARCELS: Final = 10
MOST_USES: Final = 12
USES = {use.value: use for use in LandUse}

TITLE = Text(vi="Thửa đất trong khu, địa bàn phụ trách", en="Parcels within, in your communes")
_LARGEST = Text(vi="Thửa có phần trong khu lớn nhất", en="Parcels with most of it")
_USES = Text(vi="Đang sử dụng", en="Used today as")
_SLOW = Text(
    vi="Khu chạm quá nhiều thửa để cộng ngay; danh sách tải được.",
    en="The zone touches too many parcels to be added up at once; the list can be downloaded.",
)
_COMPARE = Text(vi="Mở trang so sánh", en="Open the comparison")
_NONE = Text(vi="Không có thửa nào.", en="There is none.")


def parcels_within(row: PlanZone, viewer: Viewer, at: datetime | None) -> Iterator[Block]:
    """Number and area, by use, the largest, and the file of all; nothing for whoever is no land officer."""
    if not viewer.has(OFFICERS) or not viewer.units:
        return
    yield from _compared(row, viewer)
    try:
        with at_most(READ_S):
            found = totals(PlanZone.objects.filter(pk=row.pk), own_parcels(viewer, at), MOST_PARCELS)
    except OperationalError:
        log.warning("zone_panel_without_parcels", zone=row.number, exc_info=True)
        yield Note(title=TITLE, text=_SLOW, level="warning")
        yield from _file(row, viewer, at)
        return
    if not found.whole.count:
        yield Note(title=TITLE, text=_NONE)
        return
    yield KeyValue(title=TITLE, rows=_rows(found))
    yield from _file(row, viewer, at)
    yield _by_use(found, viewer.language)
    features = [_link(one, viewer.language) for one in found.largest]
    yield Related(layer="parcel_cases", title=_LARGEST, features=features, limit=MOST_PARCELS)


def _rows(found: Totals) -> Sequence[tuple[Words, Cell | Quantity | Link]]:
    area = Quantity(value=found.whole.area_m2, unit="m²", precision=1)
    return [
        (Text(vi="Số thửa", en="Parcels"), found.whole.count),
        (Text(vi="Phần nằm trong khu", en="Area within"), area),
    ]


def _file(row: PlanZone, viewer: Viewer, at: datetime | None) -> Iterator[KeyValue]:
    """The list of all; a draft has none."""
    if row.is_draft:
        return
    asked = {"lang": viewer.language} | ({"at": f"{at.astimezone(LOCAL):%Y-%m-%d}"} if at else {})
    href = f"/api/planning/zones/{row.number}/parcels.csv?{urlencode(asked)}"
    get = Link(href=href, text=Text(vi="Tải CSV", en="Download CSV"))
    yield KeyValue(rows=[(Text(vi="Danh sách thửa", en="List of parcels"), get)])


def _compared(row: PlanZone, viewer: Viewer) -> Iterator[KeyValue]:
    """Where the plan is compared with another of the zone's commune; a draft is not."""
    if row.is_draft or row.commune_id not in viewer.units:
        return
    asked = {"commune": row.commune.code, "lang": viewer.language}
    plan = row.plan
    if plan.replaces_version is not None:
        asked |= {"before": f"{plan.replaces_code}:{plan.replaces_version}", "after": plan.reference}
    link = Link(href=f"/land/plan-difference?{urlencode(asked)}", text=_COMPARE)
    yield KeyValue(rows=[(Text(vi="So sánh với quy hoạch khác", en="Beside another plan"), link)])


def _by_use(found: Totals, language: str) -> Table:
    listed = list(found.by_use.items())
    return Table(
        title=_USES,
        columns=(
            Column(name="use", title=Text(vi="Loại đất", en="Use")),
            Column(name="count", title=Text(vi="Số thửa", en="Parcels"), numeric=True),
            Column(name="area", title=Text(vi="Trong khu", en="Within"), numeric=True, unit="m²", precision=1),
            Column(name="share", title=Text(vi="Tỷ lệ", en="Share"), numeric=True, unit="%", precision=1),
        ),
        rows=[
            (
                f"{code} – {USES[code].title.to(language)}",
                one.count,
                one.area_m2,
                round(100 * one.tenths / found.whole.tenths, 1),
            )
            for code, one in listed[:MOST_USES]
        ],
        truncated=len(listed) > MOST_USES,
    )


def _link(row: Touched, language: str) -> FeatureLink:
    area, share = decimal(row.inside_m2, 1, language), decimal(row.percent, 2, language)
    title = Text(vi=f"Thửa {row.number}, tờ {row.sheet}", en=f"Parcel {row.number}, sheet {row.sheet}")
    within = Text(vi=f"{area} m² trong khu ({share} %)", en=f"{area} m² within ({share} %)")
    return FeatureLink(
        layer="parcel_cases",
        id=row.parcel,
        title=title.to(language),
        subtitle=f"{row.commune} · {row.land_use} · {within.to(language)}",
    )
