"""What opens when a unit is clicked: what it is, what it was made of, what it became."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import Count

from layers.admin_units.lookup import predecessors, successors
from layers.admin_units.models import AdminLineage, AdminUnit, Boundary, Kind, Level, Relation, Source
from layers.core import KeyValue, Note, Panel, Stat, Text, Timeline, TimelineEntry, Viewer
from layers.core.panel import AttributesOf, Block, FeatureLink

MAX_ENTRIES = 60
"""Most links of one panel; a province was made of three at most, a commune of some ten."""

KINDS = {kind.value: kind.title for kind in Kind}
SHARES = {relation.value: relation.title for relation in Relation}
LAYERS = {Level.PROVINCE.value: "provinces", Level.COMMUNE.value: "communes"}

_MADE_OF = Text(vi="Nhận từ {name} ({share})", en="Received from {name} ({share})")
_WENT_TO = Text(vi="Chuyển sang {name} ({share})", en="Went to {name} ({share})")
_ILLUSTRATIVE = Text(
    vi="Ranh giới minh hoạ: chỉ cho biết vị trí gần đúng, không có giá trị pháp lý.",
    en="Illustrative boundary: it shows roughly where the unit lies and has no legal value.",
)
_DISSOLVED = Text(
    vi="Ranh giới tỉnh được ghép từ ranh giới các xã đã nhập.", en="The outline is joined from the imported communes."
)


def unit_panel(row: Boundary, viewer: Viewer) -> Panel:
    """Facts of the unit, the units under it, and its lineage with the acts behind it."""
    unit = row.unit
    blocks: list[Block | AttributesOf] = [*_notes(row), *_children(unit), KeyValue.of(row), *_lineage(unit, viewer)]
    return Panel(title=_title(unit, viewer), updated_at=row.updated_at, blocks=blocks)


def _title(unit: AdminUnit, viewer: Viewer) -> str:
    return unit.name_en if viewer.language == "en" else unit.full_name


def _notes(row: Boundary) -> Iterator[Note]:
    if row.source == Source.ILLUSTRATIVE:
        yield Note(text=_ILLUSTRATIVE, level="warning")
    elif row.source == Source.DISSOLVED:
        yield Note(text=_DISSOLVED)


def _children(unit: AdminUnit) -> Iterator[Stat]:
    """How many communes a province has, of each kind."""
    if unit.level != Level.PROVINCE:
        return
    kinds = unit.children.filter(is_current=True).values_list("kind").annotate(number=Count("id")).order_by("-number")
    counted = [(KINDS[kind], number) for kind, number in kinds]
    if counted:
        title = Text(vi="Đơn vị hành chính cấp xã", en="Commune-level units")
        yield Stat(title=title, value=sum(number for _, number in counted), note=_kinds(counted))


def _kinds(counted: list[tuple[Text, int]]) -> Text:
    """Numbers by kind: "82 xã, 14 phường"."""
    vi = ", ".join(f"{number} {title.vi.lower()}" for title, number in counted)
    en = ", ".join(f"{number} {title.en.lower()}{'s' if number != 1 else ''}" for title, number in counted)
    return Text(vi=vi, en=en)


def _lineage(unit: AdminUnit, viewer: Viewer) -> Iterator[Timeline]:
    made = [_entry(link, link.predecessor, _MADE_OF, viewer) for link in predecessors(unit)[:MAX_ENTRIES]]
    went = [_entry(link, link.successor, _WENT_TO, viewer) for link in successors(unit)[:MAX_ENTRIES]]
    entries = sorted(chain(went, made), key=lambda entry: entry.at, reverse=True)
    if entries:
        yield Timeline(title=Text(vi="Sắp xếp đơn vị hành chính", en="Reorganisation"), entries=entries)


def _entry(link: AdminLineage, other: AdminUnit, words: Text, viewer: Viewer) -> TimelineEntry:
    share = SHARES[link.relation]
    parent = other.parent if other.level == Level.COMMUNE else None
    title = Text(
        vi=words.vi.format(name=", ".join(unit.full_name for unit in (other, parent) if unit), share=share.vi.lower()),
        en=words.en.format(name=", ".join(unit.name_en for unit in (other, parent) if unit), share=share.en.lower()),
    )
    return TimelineEntry(at=link.effective_date, title=title, text=link.legal_ref or None, feature=_link(other, viewer))


def _link(unit: AdminUnit, viewer: Viewer) -> FeatureLink | None:
    """A unit of today can be flown to."""
    if not unit.is_current or unit.level not in LAYERS:
        return None
    return FeatureLink(layer=LAYERS[unit.level], id=unit.pk, title=_title(unit, viewer))
