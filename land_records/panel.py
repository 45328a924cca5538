"""What opens when a parcel is clicked: how large it is on paper and on the map, what it is used for. No person."""

from collections.abc import Iterator
from datetime import datetime

from land_records.models import Parcel, Source
from land_records.planning.parcel import planning_blocks
from land_records.scale import AREA_TOLERANCE, LandUse
from layers.core import KeyValue, Note, Panel, Related, Stat, State, Text, Viewer
from layers.core.panel import AttributesOf, Block

USES = {use.value: use for use in LandUse}

_DEMO = Text(
    vi="Thửa đất do máy sinh ra để trình diễn, không có giá trị pháp lý.",
    en="The parcel is generated for demonstration; it has no legal meaning.",
)
_DIFFERS = Text(
    vi="Diện tích pháp lý và diện tích đo đạc lệch nhau quá mức cho phép.",
    en="The recorded area and the area on the map differ by more than the tolerance.",
)


def parcel_panel(row: Parcel, viewer: Viewer, at: datetime | None = None) -> Panel:
    """Both areas, the facts, what plans say of it, schools nearby."""
    use = USES[row.land_use]
    blocks: list[Block | AttributesOf] = [*_areas(row), *_notes(row), KeyValue.of(row)]
    blocks += planning_blocks(row, viewer, at)
    blocks.append(Related(layer="schools", title=Text(vi="Trường học gần đây", en="Schools nearby"), within_m=1_000))
    title = Text(
        vi=f"Thửa {row.parcel_number}, tờ bản đồ {row.sheet}", en=f"Parcel {row.parcel_number}, sheet {row.sheet}"
    )
    state = State(text=Text(vi=f"{use}: {use.title.vi}", en=f"{use}: {use.title.en}"), color=use.color)
    return Panel(title=title, state=state, updated_at=row.updated_at, blocks=blocks)


def _areas(row: Parcel) -> Iterator[Stat]:
    yield Stat(
        title=Text(vi="Diện tích pháp lý", en="Recorded area"),
        value=float(row.recorded_area_m2),
        unit="m²",
        precision=1,
    )
    yield Stat(
        title=Text(vi="Diện tích đo đạc", en="Area on the map"), value=row.computed_area_m2, unit="m²", precision=1
    )


def _notes(row: Parcel) -> Iterator[Note]:
    if abs(float(row.recorded_area_m2) - row.computed_area_m2) > max(0.1, AREA_TOLERANCE * row.computed_area_m2):
        yield Note(text=_DIFFERS, level="warning")
    if row.source == Source.DEMO:
        yield Note(text=_DEMO)
