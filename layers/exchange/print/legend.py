"""The legend of a sheet: of each layer what appears on it, and what a reader must know about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from layers.core import Text
from layers.core.legend import Entry, legend_of
from layers.core.scale import NO_DATA_COLOR, By, Categories
from layers.core.style import Circle, Fill, Line, Part, Style, Symbol
from layers.exchange.filter_words import filter_words
from layers.exchange.print import ink, words
from layers.exchange.print.contents import Content
from layers.exchange.print.drawing import Drawn
from layers.exchange.print.pattern import hatched
from layers.exchange.print.shapes import badge

LETTERS = "Sheet, Sheet Vietnamese, sans-serif"
SWATCH = (7.0, 3.6)
ROW_MM = 4.1
TITLE_MM = 5.6
NOTE_MM = 6.2
"""What a line takes on paper, for knowing what fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the legend: a swatch in SVG and words."""

    swatch: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A layer in the legend."""

    title: str
    rows: Sequence[Row]
    notes: Sequence[str]

    @property
    def height(self) -> float:
        """About how much paper it takes, mm."""
        long = sum(len(row.words) > 30 for row in self.rows)
        lines = sum(max(len(note) / 90, 1) for note in self.notes)
        return TITLE_MM + ROW_MM * (len(self.rows) + long * 0.8) + NOTE_MM * lines


def sections(drawn: Sequence[Drawn], language: str) -> list[Section]:
    """Top layer first, the base map gathered at the end."""
    data = [_section(one, language) for one in reversed(drawn) if not one.content.layer.base]
    ground = _ground([one for one in drawn if one.content.layer.base], language)
    return [*data, *ground]


def _section(drawn: Drawn, language: str) -> Section:
    content = drawn.content
    title = content.layer.title.to(language)
    return Section(title=title, rows=_rows(drawn, language), notes=list(_notes(content, language)))


def _notes(content: Content, language: str) -> Iterator[str]:
    if content.filter:
        known = {one.name: one for one in content.layer.attributes}  # what the viewer may not read was refused before
        yield words.FILTERED.to(language).format(filter=filter_words(content.filter, known, language)[:240])
    yield from (note.to(language) for note in dict.fromkeys(content.notes))
    if content.updated_at is not None:
        yield words.UPDATED.to(language).format(at=words.moment(content.updated_at))


def _ground(base: Sequence[Drawn], language: str) -> list[Section]:
    rows: dict[str, Row] = {}
    for one in reversed(base):
        if any(_is_told(one.content.style.parts[number]) for number in one.seen):
            for row in _rows(one, language)[:1]:
                rows.setdefault(row.words, row)
    notes = [
        f"{one.content.layer.title.to(language)}: {note.to(language)}"
        for one in base
        for note in one.content.notes
        if note not in (words.NOTHING_HERE, words.CUT)
    ]
    title = next((one.content.layer.group.title.to(language) for one in base if rows), "")
    return [Section(title=title, rows=list(rows.values()), notes=notes)] if rows or notes else []


def _is_told(part: Part) -> bool:
    """Whether a mark of the base map needs words: white land without an edge is paper."""
    white = isinstance(part, Fill) and part.outline is None and ink.on_paper(str(part.color)) == ink.HALO
    return not isinstance(part, Symbol) and not white


def _rows(drawn: Drawn, language: str) -> list[Row]:
    made: dict[str, Row] = {}
    for number, seen in sorted(drawn.seen.items()):
        part = drawn.content.style.parts[number]
        alone = Style("part", Text.same("part"), [part])
        discs = drawn.content.gathered and getattr(drawn.content.layer, "geometry_kind", "") != "polygon"
        swatch = _disc if discs else partial(_swatch, patterns=drawn.patterns)
        for entry in legend_of(alone, drawn.content.layer.title):
            if appears(part, entry, seen):
                row = Row(swatch=swatch(part, entry), words=entry.title.to(language))
                made.setdefault(f"{row.words}{entry.color}", row)
        if None in seen:
            grey = Entry(title=words.NO_DATA, color=NO_DATA_COLOR, shape="")
            made.setdefault("no data", Row(swatch=swatch(part, grey), words=words.NO_DATA.to(language)))
    return list(made.values())


def appears(part: Part, entry: Entry, seen: set[object]) -> bool:
    """Whether an entry of a part's legend is among the values that were drawn."""
    color = getattr(part, "color", "")
    if not isinstance(color, By):
        return True
    return (entry.value if isinstance(color.scale, Categories) else entry.start) in seen


def _swatch(part: Part, entry: Entry, *, patterns: bool = False) -> str:
    """The part's own mark, drawn small."""
    wide, tall = SWATCH
    color = ink.on_paper(entry.color)
    if isinstance(part, Circle):
        body = badge(part.shape, wide / 2, tall / 2, 1.45, color, ink.letter_of(part.color, entry.value))
    elif isinstance(part, Line):
        casing = (
            f'<path d="M0.4 {tall / 2}H{wide - 0.4}" stroke="{ink.on_paper(part.casing)}" stroke-width="1.5"/>'
            if part.casing
            else ""
        )
        body = f'{casing}<path d="M0.4 {tall / 2}H{wide - 0.4}" stroke="{color}" stroke-width="{0.9 if part.casing else 0.6}"/>'
    elif isinstance(part, Fill):
        edge = part.outline if isinstance(part.outline, str) else entry.color
        opacity = part.opacity
        body = (
            f'<rect x="0.3" y="0.3" width="{wide - 0.6}" height="{tall - 0.6}" fill="{color}" fill-opacity="{opacity}"'
            f' stroke="{ink.on_paper(edge)}" stroke-width="0.25"/>'
        )
        if patterns:
            body += hatched("swatch", part, entry.value, f"M.3 .3H{wide - 0.3}V{tall - 0.3}H.3Z")
    else:
        body = f'<circle cx="{wide / 2}" cy="{tall / 2}" r="1.5" fill="{color}" fill-opacity="0.6"/>'
    return svg(body, wide, tall)


def _disc(_: Part, entry: Entry) -> str:
    """As gathered features that are no areas are drawn: their number stands inside."""
    wide, tall = SWATCH
    return svg(badge("circle", wide / 2, tall / 2, 1.45, ink.on_paper(entry.color), "n"), wide, tall)


def svg(body: str, width: float, height: float) -> str:
    """An SVG of so many millimetres whose units are millimetres."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} {height:.2f}"'
        f' text-anchor="middle" font-family="{LETTERS}" style="width:{width:.2f}mm;height:{height:.2f}mm">{body}</svg>'
    )
