"""What happened to a parcel, and which parcels it came of and became."""

from collections.abc import Iterator, Sequence
from html import escape

from land_records import dossier
from land_records.descent import ancestors, descendants
from land_records.models import Parcel, Transaction
from land_records.terms import TransactionKind
from layers.core import KeyValue, Text, Timeline, TimelineEntry
from layers.core.panel import Block, Image

MAX_ENTRIES = 60
MAX_STEPS = 60
"""Most steps of descent that are drawn."""
KINDS = {kind.value: kind.title for kind in TransactionKind}


def blocks(row: Parcel) -> Iterator[Block]:
    """Its dossiers, the timeline of the parcel, and the graph of its descent where there is one."""
    steps = _steps(row.su_id)
    family = sorted({row.su_id, *(one for step in steps for one in step)})
    labels = _labels(family)
    filed = _filed(row.su_id)
    if dossiers := [(_said(one), dossier.shown(one.dossier)) for one in filed if one.dossier]:
        yield KeyValue(title=Text(vi="Hồ sơ một cửa", en="Dossiers of the one-stop shop"), rows=dossiers)
    if entries := [_entry(one) for one in filed]:
        yield Timeline(title=Text(vi="Lịch sử biến động", en="History"), entries=entries)
    if steps:
        yield Image(
            title=Text(vi="Nguồn gốc và kết quả tách, hợp thửa", en="Descent"), svg=graph(row.su_id, steps, labels)
        )


def _steps(su_id: int) -> list[tuple[int, int]]:
    """Parent and child of each step, up and down; of more than can be drawn the first."""
    walked = (*ancestors(su_id, most=MAX_STEPS).steps, *descendants(su_id, most=MAX_STEPS).steps)
    return sorted({(step.parent, step.child) for step in walked})


def _labels(family: Sequence[int]) -> dict[int, str]:
    """`sheet/number` of parcels, as they were called last."""
    rows = Parcel.objects.filter(su_id__in=family).order_by("su_id", "recorded_from", "valid_from")
    return {su_id: f"{sheet}/{number}" for su_id, sheet, number in rows.values_list("su_id", "sheet", "parcel_number")}


def _filed(su_id: int) -> list[Transaction]:
    """Transactions that wrote or ended a version of the parcel, newest first."""
    made = Parcel.objects.filter(su_id=su_id)
    ids = {*made.values_list("made_by", flat=True), *made.values_list("closed_by", flat=True)} - {None}
    found = Transaction.objects.filter(pk__in=ids).select_related("undone_by")
    return list(found.order_by("-effective_on", "-pk")[:MAX_ENTRIES])


def _entry(one: Transaction) -> TimelineEntry:
    """What was undone says so."""
    title = KINDS[one.kind]
    if hasattr(one, "undone_by"):
        title = Text(vi=f"{title.vi} (đã hủy)", en=f"{title.en} (undone)")
    number = Text(vi=f"Hồ sơ {one.dossier}", en=f"Dossier {one.dossier}") if one.dossier else None
    return TimelineEntry(at=one.effective_on, title=title, text=number)


def _said(one: Transaction) -> Text:
    kind, day = KINDS[one.kind], one.effective_on
    return Text(vi=f"{kind.vi}, {day:%d/%m/%Y}", en=f"{kind.en}, {day.isoformat()}")


def graph(own: int, steps: Sequence[tuple[int, int]], labels: dict[int, str]) -> str:
    """Parcels in columns, those that went on the left, those they became on the right; the one asked about is bold."""
    columns = _columns(own, steps)
    wide, high = 110.0, 34.0
    placed = {
        one: (column * wide + 8, row * high + 8)
        for column, listed in enumerate(columns)
        for row, one in enumerate(listed)
    }
    lines = [
        f'<path d="M{placed[parent][0] + 78:.0f} {placed[parent][1] + 11:.0f}'
        f'L{placed[child][0]:.0f} {placed[child][1] + 11:.0f}" stroke="#8A8A8A" fill="none"/>'
        for parent, child in steps
    ]
    boxes = [
        f'<rect x="{x:.0f}" y="{y:.0f}" width="78" height="22" rx="4" fill="{"#0B5FA5" if one == own else "#FFFFFF"}"'
        f' stroke="#0B5FA5"/><text x="{x + 39:.0f}" y="{y + 15:.0f}" text-anchor="middle" font-size="11"'
        f' fill="{"#FFFFFF" if one == own else "#1A1A1A"}">{escape(labels.get(one, "?"))}</text>'
        for one, (x, y) in placed.items()
    ]
    width, height = len(columns) * wide, max(map(len, columns)) * high + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        f' height="{height:.0f}" font-family="sans-serif"><rect width="100%" height="100%" fill="#FFFFFF"/>'
        f"{''.join(lines)}{''.join(boxes)}</svg>"
    )


def _columns(own: int, steps: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Parcels by how many steps lie before them: each stands right of everything it came of."""
    depth = {one: 0 for step in steps for one in step} or {own: 0}
    for _ in range(len(depth)):
        for parent, child in steps:
            depth[child] = max(depth[child], depth[parent] + 1)
    return [sorted(one for one in depth if depth[one] == column) for column in range(max(depth.values()) + 1)]
