"""What a transaction would leave: the parcels that come of it, their areas and uses, drawn; before it is registered."""

from collections.abc import Sequence
from decimal import Decimal

from land_records.models import Parcel
from land_records.panel import sketch
from land_records.panel.facts import USES, title
from layers.core import Note, Panel, Text, Viewer
from layers.core.panel import Block, Column, Image, Table

MOST_DRAWN = 20

_NOT_YET = Text(vi="Xem trước, chưa ghi vào sổ.", en="A preview: nothing is registered yet.")


def outcome(row: Parcel, viewer: Viewer, su_ids: Sequence[int]) -> Panel:
    """The parcels that would hold, in a table whose areas add up, and a sketch of them.

    Args:
        row: the parcel as it was.
        viewer: who registers.
        su_ids: the parcels a transaction left, its rows not committed yet.
    """
    rows = sorted(
        Parcel.objects.current().filter(su_id__in=su_ids).prefetch_related("uses"),
        key=lambda one: (one.sheet, one.parcel_number),
    )
    blocks: list[Block] = [Note(text=_NOT_YET), _table(rows, viewer)]
    if any(one.su_id != row.su_id or one.geom != row.geom for one in rows):
        drawn = [sketch.of(one) for one in rows[:MOST_DRAWN]]
        numbers = [one.parcel_number for one in rows[:MOST_DRAWN]]
        blocks.append(
            Image(title=Text(vi="Sơ đồ sau biến động", en="Sketch afterwards"), svg=sketch.side_by_side(drawn, numbers))
        )
    return Panel(title=title(row), blocks=blocks)


def _table(rows: Sequence[Parcel], viewer: Viewer) -> Table:
    listed = [
        (str(one.parcel_number), float(one.recorded_area_m2), round(one.computed_area_m2, 1), _uses(one, viewer))
        for one in rows
    ]
    if len(rows) > 1:
        recorded = sum((one.recorded_area_m2 for one in rows), Decimal(0))
        computed = sum(one.computed_area_m2 for one in rows)
        whole = Text(vi="Cộng", en="Total").to(viewer.language)
        listed.append((whole, float(recorded), round(computed, 1), ""))
    return Table(
        title=Text(vi="Thửa đất sau biến động", en="Parcels afterwards"),
        columns=[
            Column(name="number", title=Text(vi="Thửa", en="Parcel")),
            Column(name="recorded", title=Text(vi="Pháp lý", en="Recorded"), numeric=True, unit="m²", precision=1),
            Column(name="computed", title=Text(vi="Đo đạc", en="On the map"), numeric=True, unit="m²", precision=1),
            Column(name="uses", title=Text(vi="Mục đích", en="Uses")),
        ],
        rows=listed,
    )


def _uses(row: Parcel, viewer: Viewer) -> str:
    """`ONT 400,0 + CLN 3600,0`; of a single use its code and name."""
    uses = sorted(row.uses.all(), key=lambda use: -use.area_m2)
    if len(uses) < 2:
        return f"{row.land_use} · {USES[row.land_use].title.to(viewer.language)}"
    said = " + ".join(f"{use.code} {use.area_m2}" for use in uses)
    return said.replace(".", ",") if viewer.language == "vi" else said
