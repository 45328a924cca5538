"""The public's panel of a parcel: how large it is on paper and on the map, what it is used for. No person."""

from datetime import datetime

from land_records.models import Parcel
from land_records.panel import facts, sketch
from land_records.planning.parcel import planning_blocks
from layers.core import KeyValue, Panel, Related, Text, Viewer
from layers.core.panel import AttributesOf, Block


def parcel_panel(row: Parcel, viewer: Viewer, at: datetime | None = None) -> Panel:
    """Both areas, the facts, the uses, the sketch, schools nearby."""
    drawn = sketch.of(row, at)
    blocks: list[Block | AttributesOf] = [
        *facts.areas(row),
        *facts.notes(row),
        KeyValue.of(row),
        facts.uses(row, viewer),
        *planning_blocks(row, viewer, at),
        *sketch.blocks(drawn),
        Related(layer="schools", title=Text(vi="Trường học gần đây", en="Schools nearby"), within_m=1_000),
    ]
    return Panel(title=facts.title(row), state=facts.use_state(row), updated_at=row.updated_at, blocks=blocks)
