"""The box of a situation map: its time, and of each layer filter, style, what occurs of it and how often."""

import html
from collections.abc import Iterator, Sequence
from datetime import datetime

from layers.core import Text
from layers.core.legend import Entry, legend_of
from layers.core.scale import NO_DATA_COLOR
from layers.core.style import Style
from layers.exchange.filter_words import filter_words
from layers.exchange.print import words
from layers.exchange.print.legend import appears
from layers.exchange.situation_read import Content

TITLE = Text(vi="Bản đồ tình hình", en="Situation map")
AT = Text(vi="Tình hình lúc {at} (giờ Việt Nam).", en="Situation at {at} (Vietnam time).")
MADE = Text(vi="Lập lúc {at}.", en="Made at {at}.")
GATHERED = Text(
    vi="Gộp theo ô, màu theo giá trị chính: {count} đối tượng.", en="In squares by their main value: {count} features."
)
NUMBER = Text(vi="{count} đối tượng.", en="{count} features.")
STYLE = Text(vi="Kiểu vẽ: {title}", en="Style: {title}")
OPACITY = Text(vi="Độ đậm {percent} %", en="Opacity {percent}%")


def box(contents: Sequence[Content], language: str, at: datetime | None, now: datetime, drawings: int) -> str:
    """The box as HTML; `contents` are lowest first, as they are drawn."""
    parts = [f"<h1>{TITLE.to(language)}</h1>", _line(AT.to(language).format(at=words.moment(at or now)))]
    if at is not None:
        parts.append(_line(MADE.to(language).format(at=words.moment(now))))
    for one in reversed(contents):
        parts.append(f"<h2>{text(one.layer.title.to(language))}</h2>")
        parts += [_line(said) for said in _said(one, language)]
        parts += _entries(one, language)
        source = one.layer.source or one.layer.attribution
        parts.append(_line(source.to(language)) if source else "")
    if drawings:
        parts.append(f"<h2>{words.DRAWINGS.to(language)}</h2>")
    return f'<div id="situation">{"".join(parts)}</div>'


def _said(one: Content, language: str) -> Iterator[str]:
    """What a reader must know of a layer before its colours."""
    if one.asked.filter:
        known = {attribute.name: attribute for attribute in one.layer.attributes}
        yield words.FILTERED.to(language).format(filter=filter_words(one.asked.filter, known, language))
    if one.is_of_today:
        yield words.NO_PAST.to(language)
    if len(one.layer.styles) > 1:
        yield STYLE.to(language).format(title=one.style.title.to(language))
    if one.asked.opacity < 1:
        yield OPACITY.to(language).format(percent=round(one.asked.opacity * 100))
    if one.number:
        said = GATHERED if one.gathered else NUMBER
        yield said.to(language).format(count=words.number(one.number, language))
    else:
        yield words.NOTHING_HERE.to(language)


def _entries(one: Content, language: str) -> Iterator[str]:
    """Entries that occur, with their number; in the order of the style."""
    for place, part in enumerate(one.style.parts):
        held = {key: count for (number, key), count in one.seen.items() if number == place}
        for entry in legend_of(Style("part", Text.same("part"), [part]), one.layer.title):
            key = next((key for key in held if key is not None and appears(part, entry, {key})), None)
            if key is not None:
                yield _entry(entry.color, entry, held[key], language)
        if None in held:
            yield _entry(NO_DATA_COLOR, Entry(title=words.NO_DATA, color="", shape=""), held[None], language)


def _entry(color: str, entry: Entry, count: int, language: str) -> str:
    said = f"{text(entry.title.to(language))} <b>{words.number(count, language)}</b>"
    return f'<div><i style="background:{color}"></i>{said}</div>'


def _line(said: str) -> str:
    return f"<p>{text(said)}</p>"


def text(said: str) -> str:
    """Words as HTML that is only read: no tag, and nothing folium's templates (rendered twice) would run."""
    return html.escape(said).replace("{", "&#123;").replace("}", "&#125;")
