"""The land officer's panel of a parcel: everything the register holds of it, persons masked."""

from datetime import datetime
from urllib.parse import urlencode

from land_records.models import Parcel
from land_records.panel import facts, history, rights, sketch
from land_records.planning.parcel import planning_blocks
from layers.core import KeyValue, Panel, Related, Text, Viewer
from layers.core.panel import Actions, AttributesOf, Block, Link
from layers.core.time import LOCAL

MAX_NEIGHBOURS = 20
TOUCHING_M = 0.1
"""Nearer than this a parcel is a neighbour."""


def case_panel(row: Parcel, viewer: Viewer, at: datetime | None = None) -> Panel:
    """Areas and their difference, restrictions, uses, rights masked, assets, sketch, neighbours, papers, history."""
    drawn = sketch.of(row, at)
    blocks: list[Block | AttributesOf] = [
        *facts.areas(row),
        *facts.notes(row),
        *rights.notes(row),
        Actions(),
        KeyValue.of(row),
        facts.uses(row, viewer),
        *rights.tables(row, viewer),
        *planning_blocks(row, viewer, at),
        *sketch.blocks(drawn),
        _extract(row, viewer, at),
        Related(
            layer="parcel_cases",
            title=Text(vi="Thửa giáp ranh", en="Neighbouring parcels"),
            within_m=TOUCHING_M,
            limit=MAX_NEIGHBOURS,
        ),
        *rights.papers(row, viewer),
        *history.blocks(row),
    ]
    return Panel(title=facts.title(row), state=facts.legal_state(row), updated_at=row.updated_at, blocks=blocks)


def _extract(row: Parcel, viewer: Viewer, at: datetime | None) -> KeyValue:
    """Where the extract of the parcel, as looked at, is had."""
    asked = {"lang": viewer.language} | ({"at": f"{at.astimezone(LOCAL):%Y-%m-%d}"} if at else {})
    return KeyValue(
        title=Text(vi="Trích lục bản đồ", en="Extract of the map"),
        rows=[
            (
                Text(vi="Bản in đúng tỷ lệ", en="Print at true scale"),
                Link(
                    href=f"/api/land/parcels/{row.su_id}/extract.pdf?{urlencode(asked)}",
                    text=Text(vi="Tải PDF", en="Download PDF"),
                ),
            )
        ],
    )
