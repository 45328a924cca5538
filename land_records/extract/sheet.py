"""An extract as an HTML page for the press; the office's own template, where it has one (`GEO_IOC_LAND_EXTRACT`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from land_records.extract.content import HIGH_MM, MAX_VERTICES, WIDE_MM, Extract, day_of
from land_records.extract.token import Claim
from land_records.extract.words import WORDS
from land_records.figures import decimal
from land_records.models import Parcel
from land_records.panel.facts import FORMS, ORIGINS, STATUSES, USES
from land_records.panel.rights import RESTRICTIONS
from land_records.panel.sketch import Vertex, drawn
from layers.core.time import LOCAL
from layers.press.code import qr
from layers.press.letters import letters
from layers.vn2000.plane import zone_name

QR_MM = 40.0
"""The code with its quiet zone: squares of 0.7 mm, which a photocopy and a phone still tell apart."""
QUIET = 2
"""Squares of white around it beside the two that it brings (ISO/IEC 18004 asks for four)."""
FIRST_PAGE = 16
"""Vertices that find room on the first page beside one use; more go overleaf."""
A_USE = 3
"""Vertices in whose room one more use stands."""
COLUMN = 55
"""Vertices in one of the two columns of a further page."""
TEMPLATE = "land_records/extract.html"
POINTS = {"vi": ",", "en": "."}
BAR_MM = 40.0
"""The scale bar's length at most."""
BAR_PARTS = 4
_FRAME = "#1A1A1A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A use as printed."""

    code: str
    title: str
    area: str
    origin: str
    form: str
    term: str


def page(made: Extract, said: Claim, address: str, language: str) -> str:
    """The page: what stands in it, drawn at its scale, in one language.

    Args:
        made: what is told.
        said: what its token says.
        address: where the token is verified, the token in it.
        language: `vi` or `en`.
    """
    context = _context(made, said, address, language)
    own = layout()
    return own.render(Context(context)) if own else render_to_string(TEMPLATE, context)


def layout() -> Template | None:
    """The office's own, read anew each time; None where it has none.

    Raises:
        OSError, UnicodeDecodeError, TemplateSyntaxError: the file is not there or cannot be read.
    """
    path: Path | None = settings.GEO_IOC_LAND_EXTRACT
    return Template(path.read_text(encoding="utf-8")) if path else None


def _context(made: Extract, said: Claim, address: str, language: str) -> dict[str, Any]:
    row = made.row
    vertices = list(made.sketch.vertices())
    listed = [corner(one, language) for one in vertices[:MAX_VERTICES]]
    is_short = len(listed) + A_USE * (len(made.uses) - 1) <= FIRST_PAGE
    return {
        "language": language,
        "words": {name: text.to(language) for name, text in WORDS.items()},
        "letters": letters(),
        "parcel": row.parcel_number,
        "sheet": row.sheet,
        "commune": row.commune.name_en if language == "en" else row.commune.full_name,
        "commune_code": row.commune.code,
        "address": row.address,
        "identifier": row.identifier or "",
        "recorded": decimal(float(row.recorded_area_m2), 1, language),
        "computed": decimal(row.computed_area_m2, 1, language),
        "status": STATUSES[row.status].title.to(language),
        "uses": uses(made, language),
        "restrictions": restrictions(row, language),
        "scale": f"1:{decimal(made.scale, 0, language)}",
        "system": zone_name(made.sketch.zone).to(language),
        "surveyed": made.sketch.surveyed,
        "map": drawing(made, language),
        "bar": bar(made.scale, language),
        "beside": list(_columns(listed, (len(listed) + 1) // 2)) if is_short else [],
        "overleaf": [] if is_short else list(_columns(listed, COLUMN)),
        "cut": len(vertices) > MAX_VERTICES,
        "day": day_of(made.at),
        "known": f"{made.known_at.astimezone(LOCAL):%H:%M:%S %d/%m/%Y}",
        "valid_from": f"{row.valid_from:%d/%m/%Y}",
        "demo": made.is_demo,
        "qr": _code(address),
        "address_to_check": address,
        "code": said.code,
    }


def drawing(made: Extract, language: str) -> SafeString:
    """The frame with the parcel at its scale and the neighbours around it, north up: SVG, `WIDE_MM` × `HIGH_MM`."""
    frame = made.frame
    wide, high = f"{frame.wide:.3f}", f"{frame.high:.3f}"
    box = f'<rect width="{wide}" height="{high}"'
    arrow = (
        f'<g transform="translate({frame.wide - 34:.2f} 10)"><path d="M12 16l9 32-9-6-9 6z" fill="{_FRAME}"/>'
        f'<text x="12" y="12" text-anchor="middle" font-size="13" font-weight="600" fill="{_FRAME}">'
        f"{WORDS['north'].to(language)}</text></g>"
    )
    left, top = frame.at(*shapely.point_on_surface(made.sketch.shape).coords[0])
    own = (
        f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="middle" font-size="15" font-weight="600"'
        f' fill="{_FRAME}">{made.row.parcel_number}</text>'
        f'<text x="{left:.1f}" y="{top + 14:.1f}" text-anchor="middle" font-size="10"'
        f' fill="{_FRAME}">{made.row.land_use}</text>'
    )
    inside = drawn(made.sketch, frame, point=POINTS[language]) + own
    return _safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{WIDE_MM}mm" height="{HIGH_MM}mm">'
        f'<defs><clipPath id="frame">{box}/></clipPath></defs><g clip-path="url(#frame)">{inside}'
        f'{arrow}</g>{box} fill="none" stroke="{_FRAME}" stroke-width="1.2"/></svg>'
    )


def bar(scale: int, language: str) -> SafeString:
    """The scale bar: `BAR_PARTS` equal parts of whole metres, dark and light."""
    ground_m = BAR_MM * scale / 1_000
    step = next(one for one in (5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1) if one * BAR_PARTS <= ground_m)
    wide = step * 1_000 / scale
    parts = "".join(
        f'<rect x="{wide * n:.3f}" y="3.1" width="{wide:.3f}" height="1.2" stroke="{_FRAME}" stroke-width=".15"'
        f' fill="{_FRAME if n % 2 == 0 else "#FFFFFF"}"/>'
        for n in range(BAR_PARTS)
    )
    told = {n: decimal(step * n, 0, language) for n in (0, BAR_PARTS // 2, BAR_PARTS)}
    words = "".join(
        f'<text x="{wide * n:.3f}" y="2.4" text-anchor="{"start" if n == 0 else "middle"}" font-size="2.4"'
        f' fill="{_FRAME}">{text}{" m" if n == BAR_PARTS else ""}</text>'
        for n, text in told.items()
    )
    room = wide * BAR_PARTS + 6
    return _safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {room:.3f} 4.6" width="{room:.3f}mm" height="4.6mm">'
        f"{parts}{words}</svg>"
    )


def restrictions(row: Parcel, language: str) -> list[str]:
    """The kinds of open restrictions, the gravest first; for whom is told nowhere."""
    return [RESTRICTIONS[kind].to(language) for kind in row.restrictions]


def uses(made: Extract, language: str) -> Sequence[Use]:
    """The uses as printed."""
    return [
        Use(
            code=one.code,
            title=USES[one.code].title.to(language),
            area=decimal(float(one.area_m2), 1, language),
            origin=ORIGINS[one.origin].to(language) if one.origin else "",
            form=FORMS[one.form].to(language),
            term=f"{one.until:%d/%m/%Y}" if one.until else WORDS["long_term"].to(language),
        )
        for one in made.uses
    ]


def corner(one: Vertex, language: str) -> tuple[str, ...]:
    """Its number, X, Y and edge; coordinates are written without groups, as in land documents."""
    return (f"{one.number}", *(f"{value:.2f}".replace(".", POINTS[language]) for value in (one.x, one.y, one.edge_m)))


def _columns(listed: Sequence[tuple[str, ...]], high: int) -> Iterator[list[Sequence[tuple[str, ...]]]]:
    """Pairs of columns, each pair on one page."""
    for start in range(0, len(listed), 2 * high):
        pair = [listed[start : start + high], listed[start + high : start + 2 * high]]
        yield [one for one in pair if one]


def _code(address: str) -> SafeString:
    found = qr(address)
    assert found is not None  # an address with its token is far shorter than a code holds
    body, squares = found
    side = squares + 2 * QUIET
    return _safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QUIET} {-QUIET} {side} {side}"'
        f' width="{QR_MM}mm" height="{QR_MM}mm">{body}</svg>'
    )


def _safe(ours: str) -> SafeString:
    """Markup made here, of numbers and our own words."""
    return mark_safe(ours)  # noqa: S308
