"""What opens when a commune of `land_statistics` is clicked: form 01 of it, its past, the files for its land office."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from land_records.cases.reveal import LAYER
from land_records.models import CommuneLand
from land_records.scale import LandUse
from land_records.statistics.communes import day_of
from land_records.statistics.figures import Figures, year_before
from land_records.statistics.kept import is_behind, on_day
from land_records.statistics.sheets import CODE, USE
from land_records.statistics.uses import GROUPS, USES
from layers.core import (
    Chart,
    Feature,
    KeyValue,
    Link,
    Note,
    Panel,
    Quantity,
    Series,
    Stat,
    Table,
    Text,
    Viewer,
    registry,
)
from layers.core.panel import Block, Column

YEARS: Final = 5
"""Years of the chart."""
_ALL = Text(vi="Tổng diện tích", en="All land")
_ON = Text(vi="Đến ngày {on:%d/%m/%Y}", en="As of {on:%Y-%m-%d}")
_BEHIND = Text(
    vi="Sổ vừa thay đổi; số liệu của xã đang được cộng lại.",
    en="The register has just changed; the commune is being added up again.",
)
_OPEN = Text(vi="Mở", en="Open")
_SOURCE = Text(
    vi="Cộng diện tích pháp lý của các thửa đất trong sổ, theo xã hiện nay; làm tròn 0,01 ha như biểu 01/TKKK.",
    en="Recorded areas of the register's parcels, by today's communes; rounded to 0.01 ha as form 01/TKKK is.",
)


def land_panel(row: Feature, viewer: Viewer, at: datetime | None = None) -> Panel:
    """All land, the figures of the layer, form 01 beside the year before, five years, the files for land offices."""
    on = day_of(at)
    held, before = _held(row.id, on), _held(row.id, year_before(on))
    now, then = Figures.of(held), Figures.of(before)
    blocks: list[Block] = [
        Stat(title=_ALL, value=now.ha(), unit="ha", precision=2, note=_ON.format(on=on)),
        *([Note(text=_BEHIND, level="warning")] if is_behind(row.id) else []),
        _facts(now),
        _form(now, then if before else None, on, viewer.language),
        _years(row.id, on),
        *_files(row, on, viewer),
        Note(text=_SOURCE),
    ]
    return Panel(title=row.attributes["name"], updated_at=held.added_at if held else None, blocks=blocks)


def _held(commune: int, on: date) -> CommuneLand | None:
    return on_day(on).filter(commune=commune).first()


def _facts(now: Figures) -> KeyValue:
    def percent(value: float | None) -> Quantity:
        return Quantity(value=value, unit="%", precision=1)

    return KeyValue(
        rows=[
            (Text(vi="Số thửa đất", en="Parcels"), Quantity(value=now.parcels, precision=0)),
            (Text(vi="Tỷ lệ thửa đã cấp giấy", en="Share of certified parcels"), percent(now.certified_percent)),
            (Text(vi="Tỷ lệ đất nông nghiệp", en="Share of agricultural land"), percent(now.percent(LandUse.NNP))),
            (Text(vi="Tỷ lệ đất ở", en="Share of residential land"), percent(now.percent(LandUse.OTC))),
        ]
    )


def _form(now: Figures, then: Figures | None, on: date, language: str) -> Table:
    """Rows of form 01 that hold something now or did a year before, all land first."""
    rows: list[Sequence[Any]] = [(_ALL.to(language), "", *_cells(now.total, now.total, then.total if then else None))]
    for code, step in now.steps.items():
        past = then.steps[code] if then else None
        if step or past:
            rows.append((USES[code].title.to(language), code, *_cells(step, now.total, past)))
    return Table(
        title=Text(
            vi=f"Biểu 01/TKKK: diện tích theo loại đất đến ngày {on:%d/%m/%Y}; thay đổi so với một năm trước",
            en=f"Form 01/TKKK: areas by use as of {on.isoformat()}; change since a year before",
        ),
        columns=[
            Column(name="use", title=USE),
            Column(name="code", title=CODE),
            Column(name="area", title=Text(vi="Diện tích", en="Area"), numeric=True, unit="ha", precision=2),
            Column(name="share", title=Text(vi="Tỷ lệ", en="Share"), numeric=True, unit="%", precision=1),
            Column(
                name="change",
                title=Text(vi="Thay đổi", en="Change"),
                numeric=True,
                unit="ha",
                precision=2,
            ),
        ],
        rows=rows,
    )


def _cells(step: int, whole: int, past: int | None) -> tuple[float | None, ...]:
    return step / 100, 100 * step / whole if whole else None, (step - past) / 100 if past is not None else None


def _years(commune: int, on: date) -> Chart:
    """The three groups at the end of the years before, and on the day."""
    days = [date(on.year - ago, 12, 31) for ago in range(YEARS, 0, -1)] + [on]
    kept = list(CommuneLand.objects.filter(commune=commune, since__lte=on).order_by("since"))
    found: list[tuple[date, Figures | None]] = []
    for day in dict.fromkeys(days):
        held = next((row for row in kept if row.since <= day and (row.until is None or row.until > day)), None)
        found.append((day, Figures.of(held) if held else None))
    return Chart(
        title=Text(
            vi="Ba nhóm đất, cuối các năm và ngày đang xem", en="The three groups, at the ends of years and now"
        ),
        series=[
            Series(
                name=group.title,
                unit="ha",
                points=[(day, one.ha(group) if one else None) for day, one in found],
            )
            for group in GROUPS
        ],
    )


def _files(row: Feature, on: date, viewer: Viewer) -> Iterator[KeyValue]:
    """The forms with kinds of land user: for the land offices of the commune alone."""
    if not registry.get(LAYER).visible_to(viewer) or row.id not in viewer.units:
        return
    commune, since = row.attributes["code"], year_before(on)
    file = {"on": on.isoformat(), "commune": commune, "lang": viewer.language}
    whole = f"/api/land/statistics/01.xlsx?{urlencode(file)}"
    changes = f"/api/land/statistics/05.xlsx?{urlencode({**file, 'since': since.isoformat()})}"
    shown = f"{reverse('land_statistics')}?{urlencode({**file, 'since': since.isoformat()})}"
    get = Text(vi="Tải XLSX", en="Download XLSX")
    yield KeyValue(
        title=Text(vi="Biểu thống kê đất đai", en="Forms of land statistics"),
        rows=[
            (Text(vi="Hai biểu trên màn hình", en="Both forms on screen"), Link(href=shown, text=_OPEN)),
            (Text(vi=f"Biểu 01/TKKK, {on:%d/%m/%Y}", en=f"Form 01/TKKK, {on.isoformat()}"), Link(href=whole, text=get)),
            (
                Text(
                    vi=f"Biểu 05/TKKK, {since:%d/%m/%Y}–{on:%d/%m/%Y}",
                    en=f"Form 05/TKKK, {since.isoformat()} to {on.isoformat()}",
                ),
                Link(href=changes, text=get),
            ),
        ],
    )
