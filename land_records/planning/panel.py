"""What opens when a zone is clicked: its use, the plan it is of, by which decision and for how long."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from land_records.planning.models import Plan, PlanZone
from land_records.planning.terms import PlanKind, PlanStatus
from land_records.planning.within import parcels_within
from land_records.scale import LandUse
from land_records.terms import Source
from layers.core import KeyValue, Note, Panel, Related, Stat, State, Text, Timeline, TimelineEntry, Viewer
from layers.core.panel import Cell, Link, Quantity, Words
from layers.core.time import LOCAL

USES = {use.value: use for use in LandUse}
KINDS = {kind.value: kind.title for kind in PlanKind}
STATUSES = {status.value: status for status in PlanStatus}
MOMENT = timedelta(microseconds=1)
"""What the database tells moments apart by."""

DEMO = Text(
    vi="Quy hoạch do máy sinh ra để trình diễn, không có giá trị pháp lý.",
    en="The plan is generated for demonstration; it has no legal meaning.",
)
_DRAFT = Text(vi="Dự thảo, chưa được phê duyệt.", en="A draft, not approved.")


def zone_panel(row: PlanZone, viewer: Viewer, at: datetime | None = None) -> Panel:
    """Area, plan, what replaced it, parcels within for land officers, what other plans say of the same place."""
    use, plan = USES[row.planned_use], row.plan
    area = Stat(title=Text(vi="Diện tích", en="Area"), value=row.area_m2, unit="m²", precision=1)
    others = Related(
        layer="planning_zones",
        title=Text(vi="Khu quy hoạch cùng chỗ và liền kề", en="Zones at the same place and beside it"),
        within_m=1,
        limit=12,
    )
    return Panel(
        title=Text(vi=f"{use}: {row.name or use.title.vi}", en=f"{use}: {row.name or use.title.en}"),
        state=State(text=use.title, color=use.color),
        updated_at=row.updated_at,
        blocks=[
            area,
            *_notes(plan),
            _zone(row, viewer.language),
            plan_facts(plan, viewer.language),
            *_history(plan),
            *parcels_within(row, viewer, at),
            others,
        ],
    )


def plan_facts(plan: Plan, language: str) -> KeyValue:
    """Plan, decision, dates."""
    status = STATUSES[plan.status]
    rows: list[tuple[Words, Cell | Quantity | Link]] = [
        (Text(vi="Quy hoạch", en="Plan"), plan.name),
        (Text(vi="Loại", en="Kind"), KINDS[plan.kind].to(language)),
        (Text(vi="Đơn vị", en="Unit"), plan.unit.full_name),
        (Text(vi="Số quyết định", en="Decision"), plan.decision_number or None),
        (Text(vi="Cơ quan phê duyệt", en="Approved by"), plan.authority or None),
        (Text(vi="Ngày phê duyệt", en="Approved on"), _day(plan.approved_on)),
        (Text(vi="Thời kỳ", en="Period"), plan.period),
        (Text(vi="Tầm nhìn", en="Vision"), str(plan.vision) if plan.vision else None),
        (Text(vi="Có hiệu lực từ", en="In force since"), _day(plan.valid_from)),
        (Text(vi="Hết hiệu lực từ", en="Ended on"), _day(plan.valid_to)),
        (Text(vi="Trạng thái", en="Status"), status.title.to(language)),
        (Text(vi="Lần ban hành", en="Version"), plan.version),
        (Text(vi="Ghi nhận như vậy đến", en="So recorded until"), _moment(plan.recorded_to)),
    ]
    return KeyValue(title=Text(vi="Quy hoạch", en="Plan"), rows=[row for row in rows if row[1] is not None])


def _zone(row: PlanZone, language: str) -> KeyValue:
    current = USES[row.current_use] if row.current_use else None
    planned = USES[row.planned_use]
    rows: list[tuple[Words, Cell | Quantity | Link]] = [
        (Text(vi="Mã khu", en="Zone"), row.code),
        (Text(vi="Quy hoạch thành", en="Planned use"), _named(planned).to(language)),
        (Text(vi="Hiện trạng", en="Current use"), _named(current).to(language) if current else None),
        (Text(vi="Xã, phường", en="Commune"), row.commune.full_name),
        (Text(vi="Ghi chú", en="Note"), row.note or None),
    ]
    return KeyValue(rows=[one for one in rows if one[1] is not None])


def _named(use: LandUse) -> Text:
    return Text(vi=f"{use} – {use.title.vi}", en=f"{use} – {use.title.en}")


def _notes(plan: Plan) -> Iterator[Note]:
    if plan.status == PlanStatus.DRAFT:
        yield Note(text=_DRAFT, level="warning")
    if plan.source == Source.DEMO:
        yield Note(text=DEMO)


def _history(plan: Plan) -> Iterator[Timeline]:
    """What it replaced and what replaced it, as known when this was; drafts are not told of."""
    known = Plan.objects.known(plan.recorded_to - MOMENT if plan.recorded_to else None).exclude(
        status=PlanStatus.DRAFT.value
    )
    entries = []
    former = known.filter(code=plan.replaces_code, version=plan.replaces_version or 0).first()
    if former is not None and plan.valid_from is not None:
        entries.append(_entry(plan.valid_from, Text(vi="Thay thế", en="Replaced"), former))
    for later in known.filter(replaces_code=plan.code, replaces_version=plan.version).order_by("valid_from")[:10]:
        assert later.valid_from is not None
        entries.append(_entry(later.valid_from, Text(vi="Được thay bằng", en="Replaced by"), later))
    if entries:
        yield Timeline(
            title=Text(vi="Điều chỉnh, thay thế", en="Versions"), entries=sorted(entries, key=_when, reverse=True)
        )


def _entry(at: date, words: Text, plan: Plan) -> TimelineEntry:
    return TimelineEntry(
        at=at, title=Text(vi=f"{words.vi}: {plan.name}", en=f"{words.en}: {plan.name}"), text=str(plan)
    )


def _when(entry: TimelineEntry) -> str:
    return entry.at.isoformat()


def _moment(at: datetime | None) -> str | None:
    return f"{at.astimezone(LOCAL):%H:%M %d/%m/%Y}" if at else None


def _day(on: date | None) -> str | None:
    return f"{on:%d/%m/%Y}" if on else None
