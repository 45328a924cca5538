"""What opens when a problem is clicked: what is wrong and by how much, its parcels, what happened, what may be done."""

from collections.abc import Iterator

from land_records.cases.reveal import LAYER
from land_records.models import Parcel
from land_records.panel import facts
from land_records.quality.models import ParcelProblem, ProblemEntry
from land_records.quality.terms import EntryKind, ProblemKind, ProblemState
from layers.core import Actions, KeyValue, Note, Panel, Related, Stat, State, Text, Timeline, TimelineEntry, Viewer
from layers.core.panel import AttributesOf, Block, FeatureLink

MAX_PARCELS = 20
"""Parcels the panel leads to."""
MAX_ENTRIES = 100
KINDS = {one.value: one for one in ProblemKind}
STATES = {one.value: one for one in ProblemState}
_ENTRIES = {one.value: one.title for one in EntryKind}
_SAID = {
    ProblemKind.OVERLAP.value: Text(vi="Hai thửa cùng phủ phần đất này.", en="Two parcels both cover this ground."),
    ProblemKind.GAP.value: Text(
        vi="Phần đất nằm giữa các thửa mà không thuộc thửa nào.", en="Ground between parcels that belongs to none."
    ),
    ProblemKind.SLIVER.value: Text(
        vi="Thửa hẹp bất thường: có thể là dải sót lại khi vẽ.",
        en="The parcel is unusually narrow: perhaps a strip left by drawing.",
    ),
    ProblemKind.USES.value: Text(
        vi="Tổng diện tích các mục đích sử dụng khác diện tích pháp lý của thửa.",
        en="The areas of the uses do not add up to the recorded area.",
    ),
    ProblemKind.AREA.value: Text(
        vi="Diện tích pháp lý và diện tích trên bản đồ lệch quá mức cho phép.",
        en="The recorded area and the area on the map differ by more than the tolerance.",
    ),
    ProblemKind.OUTSIDE.value: Text(
        vi="Thửa nằm ngoài ranh giới xã ghi trong sổ.", en="The parcel lies outside the commune it is registered in."
    ),
    ProblemKind.NUMBER.value: Text(
        vi="Hai giấy chứng nhận còn hiệu lực in cùng số tờ, số thửa cho hai thửa khác nhau.",
        en="Two valid certificates print the same sheet and number for two parcels.",
    ),
}
_HOW_MUCH = {
    ProblemKind.OVERLAP.value: Text(vi="Diện tích chồng lấn", en="Area of the overlap"),
    ProblemKind.GAP.value: Text(vi="Diện tích khe hở", en="Area of the gap"),
    ProblemKind.USES.value: Text(vi="Chênh lệch diện tích", en="Difference of areas"),
    ProblemKind.AREA.value: Text(vi="Chênh lệch diện tích", en="Difference of areas"),
}
_OF_PARCELS = Text(vi="Diện tích thửa", en="Area of the parcels")


def problem_panel(row: ParcelProblem, viewer: Viewer) -> Panel:
    """Words, figures, the parcels (the officer's record in the own commune, else the public parcel), history."""
    kind, state = KINDS[row.kind], STATES[row.state]
    return Panel(
        title=Text(vi=f"{kind.title.vi}: {row.numbers}", en=f"{kind.title.en}: {row.numbers}"),
        state=State(text=state.title, color=state.color),
        updated_at=row.updated_at,
        blocks=[*_blocks(row, viewer)],
    )


def _blocks(row: ParcelProblem, viewer: Viewer) -> Iterator[Block | AttributesOf]:
    yield Note(text=_SAID[row.kind], level="warning")
    yield Stat(title=_HOW_MUCH.get(row.kind, _OF_PARCELS), value=row.area_m2, unit="m²", precision=2)
    if row.share_percent is not None:
        title = Text(vi="Pháp lý so với bản đồ", en="Recorded beside the map")
        yield Stat(title=title, value=row.share_percent, unit="%", precision=2)
    yield Actions()
    yield KeyValue.of(row)
    yield from _parcels(row, viewer)
    yield _history(row)


def _parcels(row: ParcelProblem, viewer: Viewer) -> Iterator[Related]:
    """Parcels of today, by whether the viewer answers for their commune."""
    rows = Parcel.objects.current().filter(su_id__in=row.parcels).order_by("su_id")[:MAX_PARCELS]
    links: dict[str, list[FeatureLink]] = {LAYER: [], "parcels": []}
    for one in rows:
        layer = LAYER if viewer.is_house or one.commune_id in viewer.units else "parcels"
        links[layer].append(FeatureLink(layer=layer, id=one.su_id, title=facts.title(one).to(viewer.language)))
    titles = {
        LAYER: Text(vi="Hồ sơ các thửa", en="Records of its parcels"),
        "parcels": Text(vi="Thửa ngoài địa bàn phụ trách", en="Parcels outside your communes"),
    }
    for layer, features in links.items():
        if features:
            yield Related(layer=layer, title=titles[layer], features=features, limit=MAX_PARCELS)


def _history(row: ParcelProblem) -> Timeline:
    listed = row.entries.select_related("by").order_by("-at", "-pk")[:MAX_ENTRIES]
    return Timeline(title=Text(vi="Lịch sử xử lý", en="History"), entries=[_entry(one) for one in listed])


def _entry(one: ProblemEntry) -> TimelineEntry:
    return TimelineEntry(
        at=one.at, title=_ENTRIES[one.kind], text=one.text or None, by=one.by.get_username() if one.by else None
    )
