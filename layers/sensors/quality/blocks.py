"""The part of a station's panel about quality: what is flagged by which tests, what people decided, calibrations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from layers.core.panel import Block, Cell, Column, Mark, Note, Table, Timeline, TimelineEntry
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.core.viewer import Viewer
from layers.sensors.models import Calibration, Maintenance, MaintenanceKind, Review, ReviewVerdict
from layers.sensors.number import said
from layers.sensors.quality.actions import ENVIRONMENT
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.review import Spell
from layers.sensors.quality.table import table
from layers.sensors.quantity import QUANTITIES

MOST: Final = 20
MAINTAINED: Final = Text(vi="Trong lúc bảo trì, không tính", en="During maintenance, not counted")
RELEASED: Final = Text(vi="Bị gắn cờ, đã cho dùng", en="Flagged, released")
_MARKS: Final = {
    Flag.SUSPECT: Text(vi="Số liệu nghi ngờ, không tính", en="Suspect, not counted"),
    Flag.FAIL: Text(vi="Số liệu hỏng, không tính", en="Failed, not counted"),
}
_LEVELS: Final[Mapping[Flag, Literal["warning", "danger"]]] = {Flag.SUSPECT: "warning", Flag.FAIL: "danger"}
_KINDS: Final = {one.value: one.title for one in MaintenanceKind}
_VERDICTS: Final = {one.value: one.title for one in ReviewVerdict}


def quality_blocks(station_id: int, viewer: Viewer, at: datetime, found: Sequence[Spell]) -> Iterator[Block]:
    """What is known at `at` of the quality of a station's readings; `found` was flagged in the week before."""
    if found:
        yield _flagged(found[:MOST], len(found) > MOST, viewer.language)
    if any(one.waits for one in found):
        yield Note(
            text=Text(
                vi="Số liệu bị gắn cờ không vào trung bình và chỉ số, trừ khi được cho dùng."
                f" Bộ kiểm tra phiên bản {table().version}.",
                en="Flagged readings enter no mean and no index unless they are released."
                f" Tests of version {table().version}.",
            ),
            level="warning",
        )
    decided = _reviews(station_id, viewer, at)
    if decided:
        yield Timeline(title=Text(vi="Soát xét số liệu", en="Reviews of readings"), entries=decided)
    worked = _maintenance(station_id, viewer, at)
    if worked:
        yield Timeline(title=Text(vi="Bảo trì", en="Maintenance"), entries=worked)
    calibrated = _calibrations(station_id, viewer, at)
    if calibrated:
        yield Timeline(title=Text(vi="Hiệu chuẩn", en="Calibrations"), entries=calibrated)


def _flagged(found: Sequence[Spell], more: bool, language: str) -> Table:
    rows: list[list[Cell]] = []
    for one in found:
        quantity = QUANTITIES[one.quantity]
        low, high = (said(f"{{:,.{quantity.precision}f}}", language, value) for value in (one.least, one.most))
        flag = one.flag.title if one.waits else Text(vi="Được cho dùng", en="Released")
        rows.append(
            [
                quantity.title.to(language),
                _local(one.start),
                _local(one.end),
                one.readings,
                f"{low if low == high else f'{low} – {high}'} {quantity.unit}".strip(),
                flag.to(language),
                "" if (by := _by(one)) is None else by.to(language),
            ]
        )
    return Table(
        title=Text(vi="Số liệu bị gắn cờ, 7 ngày", en="Flagged readings, 7 days"),
        columns=[
            Column(name="quantity", title=Text(vi="Thông số", en="Quantity")),
            Column(name="start", title=Text(vi="Từ", en="From")),
            Column(name="end", title=Text(vi="Đến", en="To")),
            Column(name="readings", title=Text(vi="Số giá trị", en="Readings"), numeric=True),
            Column(name="values", title=Text(vi="Giá trị", en="Values")),
            Column(name="flag", title=Text(vi="Cờ", en="Flag")),
            Column(name="tests", title=Text(vi="Do kiểm tra", en="By the tests")),
        ],
        rows=rows,
        truncated=more,
    )


def marks(found: Sequence[Spell], during: Iterable[Maintenance], start: datetime, end: datetime) -> list[Mark]:
    """The spells and maintenances of a stream as marks on its line over [start, end]: what is kept out is hollow."""
    worked = [
        Mark(
            start=max(one.start, start),
            end=one.end or end,
            title=MAINTAINED,
            text=_KINDS[one.kind],
            level="info",
            points=[
                (at, value)
                for spell in found
                if spell.maintained and spell.waits
                for at, value in spell.values
                if max(one.start, start) <= at <= (one.end or end)
            ],
        )
        for one in during
        if (one.end or end) >= start
    ]
    flagged = [
        Mark(
            start=max(one.start, start),
            end=one.end,
            title=_MARKS[one.flag] if one.waits else RELEASED,
            text=_by(one),
            level=_LEVELS[one.flag] if one.waits else "info",
            points=[(at, value) for at, value in one.values if at >= start] if one.waits else (),
        )
        for one in found
        if one.end >= start and not (one.maintained and one.waits)
    ]
    return worked + flagged


def _by(one: Spell) -> Text | None:
    """What flagged it: maintenance, or which tests."""
    if one.maintained:
        return Text(vi="Bảo trì", en="Maintenance")
    vi, en = (", ".join(test.title.to(language) for test in one.tests) for language in ("vi", "en"))
    return Text(vi=vi, en=en) if one.tests else None


def _reviews(station_id: int, viewer: Viewer, at: datetime) -> list[TimelineEntry]:
    rows = Review.objects.filter(datastream__station=station_id, at__lte=at).select_related("datastream", "by")
    entries = []
    for one in rows.order_by("-at")[:MOST]:
        quantity, verdict = QUANTITIES[one.datastream.quantity].title, _VERDICTS[one.verdict]
        period = _local(one.start) if one.start == one.end else f"{_local(one.start)} – {_local(one.end)}"
        entries.append(
            TimelineEntry(
                at=one.at,
                title=Text(
                    vi=f"{verdict.vi}: {quantity.vi}, {period}, {one.readings} giá trị",
                    en=f"{verdict.en}: {quantity.en}, {period}, readings: {one.readings}",
                ),
                text=one.reason,
                by=_name(one, viewer),
            )
        )
    return entries


def _maintenance(station_id: int, viewer: Viewer, at: datetime) -> list[TimelineEntry]:
    """What was done and when, for everybody; by whom and with what note for colleagues."""
    rows = Maintenance.objects.filter(station=station_id, start__lte=at).select_related("by")
    entries = []
    for one in rows.prefetch_related("streams").order_by("-start", "-pk")[:MOST]:
        names = [QUANTITIES[stream.quantity].title for stream in one.streams.all()]
        over = one.end is not None and one.end <= at
        vi = _local(one.start) + (f" – {_local(one.end)}" if one.end and over else ", chưa kết thúc")
        en = _local(one.start) + (f" – {_local(one.end)}" if one.end and over else ", under way")
        note = f" {one.note}" if one.note and viewer.has(ENVIRONMENT) else ""
        entries.append(
            TimelineEntry(
                at=one.start,
                title=_KINDS[one.kind],
                text=Text(
                    vi=f"{vi}: {', '.join(name.vi for name in names)}.{note}",
                    en=f"{en}: {', '.join(name.en for name in names)}.{note}",
                ),
                by=" · ".join(filter(None, (one.done_by, _name(one, viewer)))) if viewer.has(ENVIRONMENT) else None,
            )
        )
    return entries


def _calibrations(station_id: int, viewer: Viewer, at: datetime) -> list[TimelineEntry]:
    rows = Calibration.objects.filter(datastream__station=station_id, at__lte=at).select_related("datastream", "by")
    return [
        TimelineEntry(
            at=one.at,
            title=Text(
                vi=f"{QUANTITIES[one.datastream.quantity].title.vi}: {'đạt' if one.passed else 'không đạt'}",
                en=f"{QUANTITIES[one.datastream.quantity].title.en}: {'passed' if one.passed else 'failed'}",
            ),
            text=_effect(one),
            by=_name(one, viewer),
        )
        for one in rows.order_by("-at")[:MOST]
    ]


def _effect(one: Calibration) -> Text:
    """What it showed and what it does to the readings: nothing, and that is said."""
    unit = QUANTITIES[one.datastream.quantity].unit
    vi, en = [], []
    if one.zero_drift is not None:
        vi.append(said(f"điểm không lệch {{:+g}} {unit}".strip(), "vi", one.zero_drift))
        en.append(said(f"zero off by {{:+g}} {unit}".strip(), "en", one.zero_drift))
    if one.span_drift_percent is not None:
        vi.append(said("thang đo lệch {:+g} %", "vi", one.span_drift_percent))
        en.append(said("span off by {:+g} %", "en", one.span_drift_percent))
    if one.certificate:
        vi.append(f"giấy chứng nhận {one.certificate}")
        en.append(f"certificate {one.certificate}")
    if one.next_on:
        vi.append(f"lần sau {one.next_on:%d/%m/%Y}")
        en.append(f"next due {one.next_on.isoformat()}")
    vi.append("số liệu đã lưu giữ nguyên")
    en.append("stored readings are left as they are")
    note = f" {one.note}" if one.note else ""
    return Text(vi=_sentence(vi) + note, en=_sentence(en) + note)


def _sentence(parts: list[str]) -> str:
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def _name(one: Review | Calibration | Maintenance, viewer: Viewer) -> str | None:
    """Who did it; for colleagues only."""
    return one.by.get_username() if one.by and viewer.has(ENVIRONMENT) else None


def _local(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%d/%m %H:%M}"
